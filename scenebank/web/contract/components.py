"""What every operation has in common: problems, headers, and the keys that open doors."""

from __future__ import annotations

from typing import Any

from scenebank.fields import Field, ListOf, Object, Schema, Text, Whole, maybe, needed

_WORD = "[a-z][a-z0-9_]*"
_ERROR = Object({
    "pointer": needed(Text(
        pattern=r"[\s\S]*", sample="/origin", about="JSON pointer into the body, else the name of what was sent"
    )),
    "code": needed(Text(pattern=_WORD, sample="origin_not_registered")),
    "detail": needed(Text(
        pattern=r"[\s\S]*", sample="add it with POST /v1/origins, or use one that is", about="how to mend it"
    )),
}, name="FieldProblem", open=True, about="Further members are the figures of `detail`.")  # fmt: skip
PROBLEM = Object({
    "type": needed(Text(sample="about:blank")),
    "title": needed(Text(sample="invalid input")),
    "status": needed(Whole(400, 599, sample=422)),
    "code": needed(Text(pattern=_WORD, sample="invalid_input", about="stable: what a program goes by")),
    "request_id": needed(Text(pattern="req_[0-9a-f]{16}", sample="req_00112233445566aa", about="name it to us")),
    "detail": maybe(Text(sample="", about="what is wrong and how to mend it")),
    "errors": maybe(ListOf(_ERROR)),
}, name="Problem", about="RFC 9457.")  # fmt: skip
IDEMPOTENCY_KEY = Text(
    pattern="[!-~]{16,255}", sample="5f0c9d6e-7d5b-4a1c-9f7e", about="new for each new intent; the same one within"
    " three days gives the first answer again",
)  # fmt: skip

HEADERS: dict[str, Any] = {
    "X-Request-Id": {
        "description": "names the request, as the log does", "required": True,
        "schema": {"type": "string", "pattern": "^req_[0-9a-f]{16}$"},
    },
    "Idempotent-Replayed": {
        "description": "there where the answer was given before", "schema": {"type": "string", "enum": ["true"]},
    },
    "WWW-Authenticate": {"required": True, "schema": {"type": "string"}},
    "RateLimit-Policy": {
        "description": 'what is granted in which time, such as "burst";q=100;w=60', "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": 'what is left of it, and for how long, such as "burst";r=50;t=30', "schema": {"type": "string"},
    },
    "Retry-After": {"description": "seconds until it is worth asking again", "schema": {"type": "integer"}},
}  # fmt: skip
SECURITY: dict[str, Any] = {
    "secretKey": {
        "type": "http", "scheme": "bearer",
        "description": "`bis_sk_…`, or a restricted key `bis_rk_…` with the scope the operation names in `x-scope`."
        " A key that comes from a browser is refused.",
    },
    "teamKey": {
        "type": "http", "scheme": "bearer",
        "description": "`bis_tk_…`, of one person. What it may do is his role's; what it sees is his bank's.",
    },
    "publishableKey": {
        "type": "apiKey", "in": "query", "name": "key", "description": "`bis_pk_…`: public, for pages",
    },
}  # fmt: skip


def parameter(name: str, place: str, field: Field, named: dict[str, Schema]) -> dict[str, Any]:
    told = field.kind.schema(named)
    about = {"description": told.pop("description")} if "description" in told else {}
    return {"name": name, "in": place, "required": field.required} | about | {
        "schema": told | ({} if field.default is None else {"default": field.default}), "example": field.kind.example(),
    }  # fmt: skip
