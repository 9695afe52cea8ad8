"""What may be sent and what is answered, declared once: bodies and queries are read by it, and ``/openapi.json`` says
the same of them as JSON Schema (2020-12)."""

from scenebank.fields.kinds import (
    Digits,
    Either,
    Exactly,
    Flag,
    Free,
    Instant,
    Kind,
    OneOf,
    Schema,
    Spelt,
    Text,
    Whole,
    Wrong,
)
from scenebank.fields.objects import (
    Field,
    ListOf,
    Object,
    OrNull,
    Rule,
    Told,
    answer,
    maybe,
    needed,
    or_null,
    page,
)

__all__ = [
    "Digits", "Either", "Exactly", "Field", "Flag", "Free", "Instant", "Kind", "ListOf", "Object", "OneOf", "OrNull",
    "Rule", "Schema", "Spelt", "Text", "Told", "Whole", "Wrong", "answer", "maybe", "needed", "or_null", "page",
]  # fmt: skip
