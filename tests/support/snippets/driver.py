"""Does what each line of standard input says with the snippets beside it, and answers a line each."""

import sys
from base64 import b64decode

from launch_token import launch_token  # type: ignore[import-not-found]
from signed_launch_token import signed_launch_token  # type: ignore[import-not-found]
from verified import verified  # type: ignore[import-not-found]

NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")


def answer(verb: str, fields: list[bytes | None]) -> str:
    texts = [None if field is None else field.decode() for field in fields]
    if verb == "launch":
        return str(launch_token(*texts))
    if verb == "sign":
        return str(signed_launch_token(*texts))
    secret, now, _body, *headers = texts
    given = {name: text for name, text in zip(NAMES, headers, strict=True) if text is not None}
    try:
        return str(verified(secret, given, fields[2], int(now or "0")))
    except ValueError:
        return "refused"


for line in sys.stdin:
    verb, *fields = line.rstrip("\n").split("\t")
    print(answer(verb, [None if field == "-" else b64decode(field) for field in fields]))
