"""The checks a rule is made of, by their names in the data. Each answers what is wrong, None where nothing is.

- ``{"has": [paths]}`` all are shown; ``{"every": [list, names…]}`` each of a list has them; ``{"lacks": [paths]}``.
- ``{"is": {path: text}}``, ``{"differs": {path: text}}``, ``{"one_of": {path: [texts]}}``.
- ``{"text": {locale: [alternatives]}}`` the document says one of them; ``{"no_words": list}`` it claims none of
  :data:`WORDS`.
- ``{"at_most"|"at_least"|"above": [path, figure]}``, ``{"adds_up": [path, figure]}``; a figure ``@name`` is that of a
  dated table on the day. ``{"agrees": [path, below, above?]}`` the rate is that of the payments, within so many points.
  ``{"rows_add_up": [path]}``.
- ``{"prominent": [role, role, ratio]}``.
- ``{"consent": [purpose, what it tells…]}``, ``{"steps": [names]}``, ``{"before": [step, step]}``,
  ``{"no_steps_on_page": [names]}``, ``{"no_harder": [step, step]}``.
- ``{"only": [path, @list]}``, ``{"no_fields": [parts of names]}``, ``{"no_inputs": [names]}``.
- ``{"not_past": [path]}``, ``{"fits": [risk, level]}``, ``{"past_range": [path]}``.

``"if": [checks]`` beside a check: only where all of them hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from scenebank.markets.rules.claims import claimed
from scenebank.markets.rules.data import WORDS, bound
from scenebank.markets.rules.figures import rate_differs, rows_differ
from scenebank.markets.rules.model import Document
from scenebank.markets.rules.paths import has, is_there, number, values

_SPACE = re.compile(r"\s+")
_MEASURES = {"sizes_px": "size", "weights": "weight", "contrasts": "contrast"}


def complaint(check: Mapping[str, Any], document: Document, day: date) -> str | None:
    """What is wrong by this check."""
    if any(complaint(one, document, day) is not None for one in check.get("if", ())):
        return None
    ((name, argument),) = ((name, argument) for name, argument in check.items() if name != "if")
    return _CHECKS[name](document, argument, day)


def _has(document: Document, paths: list[str], _day: date) -> str | None:
    missing = [path for path in paths if not has(document, path)]
    return f"not shown: {', '.join(missing)}" if missing else None


def _every(document: Document, argument: list[str], _day: date) -> str | None:
    path, *names = argument
    for index, one in enumerate(values(document, f"{path}[]")):
        missing = [name for name in names if not (isinstance(one, Mapping) and is_there(one.get(name)))]
        if missing:
            return f"{path}[{index}] lacks {', '.join(missing)}"
    return None


def _lacks(document: Document, paths: list[str], _day: date) -> str | None:
    found = [path for path in paths if any(is_there(one) and one != [] for one in values(document, path))]
    return _told(document, found) if found else None


def _told(document: Document, paths: list[str]) -> str:
    """With what stands there, where that is words."""
    words = [str(one) for path in paths for one in values(document, path) if not isinstance(one, bool)]
    return f"there is {', '.join(paths)}" + (f": {'; '.join(words)}" if words else "")


def _is(document: Document, wanted: Mapping[str, str], _day: date) -> str | None:
    wrong = [
        f"{path} is {', '.join(map(str, values(document, path))) or 'not shown'}, not {text}"
        for path, text in wanted.items() if not _same(document, path, text)
    ]  # fmt: skip
    return "; ".join(wrong) or None


def _differs(document: Document, unwanted: Mapping[str, str], _day: date) -> str | None:
    wrong = [f"{path} is {text}" for path, text in unwanted.items() if _same(document, path, text)]
    return "; ".join(wrong) or None


def _same(document: Document, path: str, text: str) -> bool:
    return [str(one) for one in values(document, path)] == [text]


def _one_of(document: Document, wanted: Mapping[str, list[str]], _day: date) -> str | None:
    for path, texts in wanted.items():
        found = values(document, path)
        if not found or found[0] not in texts:
            return f"{path} is not {' or '.join(texts)}"
    return None


def _text(document: Document, wanted: Mapping[str, list[str]], _day: date) -> str | None:
    """In the document's own locale where the rule has words for it, else in any."""
    said = _SPACE.sub("", "\n".join(document.get("texts", ())))
    locale = str(document.get("locale"))
    texts = wanted[locale] if locale in wanted else [text for one in wanted.values() for text in one]
    if any(_SPACE.sub("", text) in said for text in texts):
        return None
    return f"nowhere says: {texts[0]}"


def _no_words(document: Document, name: str, _day: date) -> str | None:
    for text in document.get("texts", ()):
        word = claimed(text, WORDS[name])
        if word is not None:
            return f"says {word}: {text[:80]}"
    return None


def _figure(text: str, day: date) -> Decimal | None:
    return number(bound(text[1:], day) if text.startswith("@") else text)


def _at_most(document: Document, argument: list[str], day: date) -> str | None:
    path, most = argument[0], _figure(argument[1], day)
    over = [one for one in map(number, values(document, path)) if one is not None and most is not None and one > most]
    return f"{path} is {_told_figure(over[0])}, more than {most}" if over else None


def _told_figure(figure: Decimal) -> str:
    """Four places are enough to see it."""
    return f"{figure:.4f}".rstrip("0").rstrip(".")


def _at_least(document: Document, argument: list[str], day: date) -> str | None:
    path, least = argument[0], _figure(argument[1], day)
    found = values(document, path)
    under = [one for one in map(number, found) if one is None or (least is not None and one < least)]
    if under or not found:
        return f"{path} is {under[0] if under else 'not stated'}, less than {least}"
    return None


def _above(document: Document, argument: list[str], day: date) -> str | None:
    path, least = argument[0], _figure(argument[1], day)
    found = [number(one) for one in values(document, path)]
    if found and least is not None and all(one is not None and one > least for one in found):
        return None
    return f"{path} is not above {least}"


def _adds_up(document: Document, argument: list[str], day: date) -> str | None:
    path, whole = argument[0], _figure(argument[1], day)
    parts = [number(one) for one in values(document, path)]
    total = sum((one for one in parts if one is not None), Decimal(0))
    return None if parts and None not in parts and total == whole else f"{path} makes {total}, not {whole}"


def _agrees(document: Document, argument: list[str], _day: date) -> str | None:
    _path, below, *above = argument
    return rate_differs(document, Decimal(below), Decimal(above[0] if above else below))


def _rows_add_up(document: Document, argument: list[str], _day: date) -> str | None:
    return rows_differ(document.get(argument[0]))


def _prominent(document: Document, argument: list[str], _day: date) -> str | None:
    """Of what was measured: a role that must be there, beside one that is, is least of all where it is not."""
    role, other, ratio = argument[0], argument[1], Decimal(argument[2])
    for measure, name in _MEASURES.items():
        found = document.get(measure, {})
        own, against = number(found.get(role)), number(found.get(other))
        if against is None:
            continue
        if own is None:
            return f"{role} is not in sight beside {other}"
        if own < against * ratio:
            return f"the {name} of {role} is {own}, of {other} {against}"
    return None


def _consent(document: Document, argument: list[str], _day: date) -> str | None:
    purpose, *tells = argument
    for one in document.get("consents", ()):
        if one == purpose:
            return None  # named only: what it tells is not stated here
        if isinstance(one, Mapping) and one.get("purpose_key") == purpose:
            missing = [name for name in tells if not is_there(one.get(name))]
            return f"the consent {purpose} does not tell {', '.join(missing)}" if missing else None
    return f"no consent of its own for {purpose}"


def _steps(document: Document, names: list[str], _day: date) -> str | None:
    missing = [name for name in names if name not in document.get("steps", ())]
    return f"no step {', '.join(missing)}" if missing else None


def _before(document: Document, names: list[str], _day: date) -> str | None:
    order = [one for one in document.get("steps", ()) if one in names]
    return None if order == [one for one in names if one in order] else f"{names[1]} comes before {names[0]}"


def _no_steps_on_page(document: Document, names: list[str], _day: date) -> str | None:
    found = [name for name in names if name in document.get("steps_on_page", ())]
    return f"on the shop's page: {', '.join(found)}" if found else None


def _no_harder(document: Document, names: list[str], _day: date) -> str | None:
    steps = document.get("consent_steps", {})
    back, there = number(steps.get(names[0])), number(steps.get(names[1]))
    if back is None or there is None:
        return f"nobody says how many steps it takes to {names[0]}"
    return f"{back} steps to {names[0]}, {there} to {names[1]}" if back > there else None


def _only(document: Document, argument: list[str], day: date) -> str | None:
    allowed = bound(argument[1][1:], day) or []
    more = [one for one in document.get(argument[0], ()) if one not in allowed]
    return f"not on the list: {', '.join(more)}" if more else None


def _no_fields(document: Document, names: list[str], _day: date) -> str | None:
    found = sorted({one for one in document.get("fields", ()) for name in names if name in one.casefold()})
    return f"asks for {', '.join(found)}" if found else None


def _no_inputs(document: Document, names: list[str], _day: date) -> str | None:
    found = sorted({one for one in document.get("fields", ()) if one.casefold() in names})
    return f"asks for {', '.join(found)}" if found else None


def _not_past(document: Document, argument: list[str], day: date) -> str | None:
    ends = document.get(argument[0])
    return f"{argument[0]} was {ends}" if ends and date.fromisoformat(ends) < day else None


def _fits(document: Document, argument: list[str], _day: date) -> str | None:
    risk, level = (str(document.get(name, "")) for name in argument)
    if re.fullmatch("R[1-5]", risk) and re.fullmatch("C[1-5]", level) and int(risk[1]) <= int(level[1]):
        return None
    return f"{risk or 'no risk'} for {level or 'nobody known'}"


def _past_range(document: Document, argument: list[str], _day: date) -> str | None:
    """``past`` is {months: age of the product, years: full years shown, since_start, begins, ends}."""
    past = document.get(argument[0])
    if not isinstance(past, Mapping) or not past.get("begins") or not past.get("ends"):
        return "past results without their first and last day"
    age, years = number(past.get("months")) or Decimal(0), number(past.get("years"))
    if age < 1:
        return "past results of less than a month"
    if age < 12:
        return None if past.get("since_start") else "past results not since the start"
    wanted = 5 if age > 72 else int(age // 12)
    return None if years == wanted else f"past results of {years} years, not {wanted}"


_CHECKS: Mapping[str, Callable[[Document, Any, date], str | None]] = {
    "has": _has, "every": _every, "lacks": _lacks, "is": _is, "differs": _differs, "one_of": _one_of, "text": _text,
    "no_words": _no_words, "at_most": _at_most, "at_least": _at_least, "above": _above, "adds_up": _adds_up,
    "agrees": _agrees, "rows_add_up": _rows_add_up, "prominent": _prominent, "consent": _consent, "steps": _steps,
    "before": _before, "no_steps_on_page": _no_steps_on_page, "no_harder": _no_harder, "only": _only,
    "no_fields": _no_fields, "no_inputs": _no_inputs, "not_past": _not_past, "fits": _fits,
    "past_range": _past_range,
}  # fmt: skip
