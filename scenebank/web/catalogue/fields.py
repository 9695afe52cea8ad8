"""What is sent and answered about revisions, and what each route does."""

from __future__ import annotations

from scenebank.catalogue.publishing.imported import NotFit
from scenebank.catalogue.publishing.model import (
    Act,
    ContentChanged,
    FourEyes,
    LiveMoved,
    NotApproved,
    NothingBefore,
    NothingLive,
    NotNow,
    OtherTime,
    RoleMissing,
    State,
)
from scenebank.errors import FieldError, NotFound
from scenebank.fields import (
    Digits,
    Free,
    Instant,
    ListOf,
    Object,
    OneOf,
    OrNull,
    Rule,
    Text,
    Whole,
    answer,
    maybe,
    needed,
    or_null,
    page,
)
from scenebank.money.fields import MONEY_ANSWER, RATE_ANSWER
from scenebank.web.api.documents import LIMIT, TIME
from scenebank.web.contract.operation import NOTHING, Answer, Door, Once, Operation

_WORD = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_SAMPLE = {"kind": "loan", "rate": {"value": "0.0690", "basis": "nominal_annual"}}
_BANK, _PRODUCT = Text(pattern=_WORD, sample="harbour"), Text(pattern=_WORD, sample="hb-loan-eur")
_HASH = Text("content_changed", "[0-9a-f]{64}", sample="5f" * 32, about="SHA-256 of document, times and reason")
_VERSION = Text(pattern="[0-9a-f]{16}", sample="9c1185a5c5e9fc54", about="names the document")
_DOCUMENT = Object({}, open=True, sample=_SAMPLE, about="the product, see docs/publishing.md; it may be incomplete")
_START = Instant(sample="2026-12-01T00:00:00+08:00", about="not before; with its offset")
_END = Instant(sample="2026-12-24T00:00:00+08:00", about="not after; with its offset")
_REASON = Text(sample="The bank has a new price list")
_NAME = Text(sample="ada", about="a team member, or the system")
_PROBLEM = Object({
    "pointer": needed(Text(sample="/terms")), "code": needed(Text(sample="product_terms")),
    "detail": needed(Text(sample="give a list of rising months, from 1 to 480")),
}, open=True, name="DraftProblem")  # fmt: skip
_REVISION = {
    "id": Text(sample="rev_1f0c"), "bank_id": _BANK, "product_id": _PRODUCT, "state": OneOf(State),
    "edition": Whole(1, about="rises with every edit"), "version": _VERSION, "content_hash": _HASH,
    "starts_at": OrNull(TIME), "ends_at": OrNull(TIME), "reason": OrNull(_REASON),
    "origin": OneOf(("written", "imported", "rollback", "system")), "based_on": OrNull(_VERSION),
    "author": _NAME, "editors": ListOf(_NAME), "approved_by": OrNull(_NAME), "approved_at": OrNull(TIME),
    "live_at": OrNull(TIME), "created_at": TIME, "updated_at": TIME,
}  # fmt: skip
REVISION = answer("Revision", "One document of a product on its way.", **_REVISION)
WHOLE = answer(
    "RevisionWithDocument", **_REVISION, document=Free("the product", _SAMPLE),
    problems=ListOf(_PROBLEM, about="why it cannot be submitted as it stands"),
)  # fmt: skip
_FELT = answer("FeltCost", payment=MONEY_ANSWER, total=MONEY_ANSWER, annual_rate=RATE_ANSWER)
_JSON = OrNull(Text(sample='"0.0720"', about="as JSON text; null for nothing"))
DIFFERENCE = answer(
    "Difference", revision=Text(sample="rev_1f0c"), from_version=OrNull(_VERSION),
    fields=ListOf(answer("", pointer=Text(sample="/rate/value"), before=_JSON, after=_JSON, words=Text())),
    shopper=ListOf(answer(
        "FeltChange", term=Whole(1, sample=12), amount=MONEY_ANSWER, before=OrNull(_FELT), after=OrNull(_FELT),
        words=Text(sample="12 × on ¥1,299.00: ¥112.52 → ¥112.34"),
    )),
    unchanged=Whole(about="how many of the amounts and terms tried cost the same"),
)  # fmt: skip
MOVE = answer(
    "CatalogueMove", "One row of the audit.", number=Whole(1), at=TIME, actor=_NAME, act=OneOf(Act), bank_id=_BANK,
    product_id=_PRODUCT, revision_id=Text(sample="rev_1f0c"), from_state=OrNull(OneOf(State)), to_state=OneOf(State),
    version=_VERSION, content_hash=_HASH, detail=Free("what belongs to the act", {"replaces": "none"}),
    previous=_HASH, hash=_HASH,
)  # fmt: skip
_ONE_SOURCE = Rule(
    {"oneOf": [{"required": ["document"]}, {"required": ["source"]}]},
    lambda said: [] if (said["document"] is None) != (said["source"] is None)
    else [FieldError("/document", "source_or_document", {})],
)  # fmt: skip
_TIMES = {"starts_at": or_null(_START), "ends_at": or_null(_END), "reason": or_null(_REASON)}
_MOVED = (NotFound, RoleMissing, NotNow)

NEW = Operation(
    "Draft a revision", "catalogue", {201: Answer("drafted", WHOLE)}, door=Door.TEAM, once=Once.MUST,
    body=Object({
        "bank_id": needed(_BANK), "product_id": needed(_PRODUCT), "document": maybe(_DOCUMENT),
        "source": maybe(OneOf(("live", "imported"), about="a copy of what is live, or of what was imported")), **_TIMES,
    }, rules=(_ONE_SOURCE,), name="NewRevision",
        sample={"bank_id": "harbour", "product_id": "hb-loan-eur", "source": "live"}),
    refuses=(NotFound, RoleMissing, NothingLive, NotFit),
)  # fmt: skip
LIST = Operation(
    "List revisions", "catalogue", {200: Answer("the newest first", page(REVISION))}, door=Door.TEAM,
    query=Object({
        "bank": maybe(_BANK), "product": maybe(_PRODUCT), "state": maybe(OneOf(State)),
        "after": maybe(Digits(about="`next` of the page before")), "limit": LIMIT,
    }), refuses=(NotFound,),
)  # fmt: skip
SHOW = Operation("Show a revision", "catalogue", {200: Answer("whole", WHOLE)}, door=Door.TEAM, refuses=(NotFound,))
EDIT = Operation(
    "Edit a revision", "catalogue", {200: Answer("a draft again", WHOLE)}, door=Door.TEAM,
    body=Object({"content_hash": needed(_HASH), "document": maybe(_DOCUMENT), **_TIMES}, name="RevisionEdit",
                sample={"content_hash": "5f" * 32, "document": _SAMPLE}),
    refuses=(*_MOVED, ContentChanged), about="Whatever was approved of it is not any more. A time that is null ends.",
)  # fmt: skip
SUBMIT = Operation(
    "Submit for review", "catalogue", {200: Answer("in review", WHOLE)}, door=Door.TEAM, body=NOTHING,
    body_required=False, refuses=_MOVED,
)  # fmt: skip
APPROVE = Operation(
    "Approve", "catalogue", {200: Answer("approved", WHOLE)}, door=Door.TEAM,
    body=Object({"content_hash": needed(_HASH)}, name="Approval"), refuses=(*_MOVED, FourEyes, ContentChanged),
    about="Exactly what has this hash. Not by anybody who wrote or edited it.",
)  # fmt: skip
REJECT = Operation(
    "Ask for changes", "catalogue", {200: Answer("a draft again", WHOLE)}, door=Door.TEAM,
    body=Object({"reason": needed(_REASON)}, name="Rejection"), refuses=_MOVED,
)  # fmt: skip
SCHEDULE = Operation(
    "Schedule", "catalogue", {200: Answer("scheduled", WHOLE)}, door=Door.TEAM, body_required=False,
    body=Object({"at": or_null(_START)}, name="Schedule"), refuses=(*_MOVED, NotApproved, OtherTime),
    about="At the time it was approved for; where it was approved for any, at `at`.",
)  # fmt: skip
PUBLISH = Operation(
    "Publish now", "catalogue", {200: Answer("live", WHOLE)}, door=Door.TEAM, body_required=False,
    body=Object({"replaces": or_null(Text(
        pattern="[0-9a-f]{16}|none", sample="9c1185a5c5e9fc54",
        about="the version that is live now, or `none`; left out: the one it was drafted from",
    ))}, name="Publication"),
    refuses=(*_MOVED, NotApproved, OtherTime, LiveMoved),
)  # fmt: skip
DIFF = Operation(
    "Show what a revision changes", "catalogue", {200: Answer("the difference", DIFFERENCE)}, door=Door.TEAM,
    query=Object({"against": maybe(_VERSION)}), refuses=(NotFound,),
    about="Of what is live, or of the version `against`: field by field, and as a shopper feels it.",
)  # fmt: skip
HISTORY = Operation(
    "List a product's revisions", "catalogue", {200: Answer("the newest first", page(REVISION))}, door=Door.TEAM,
    refuses=(NotFound,),
)  # fmt: skip
ROLLBACK = Operation(
    "Go back to a version", "catalogue", {201: Answer("live, or in review", WHOLE)}, door=Door.TEAM, once=Once.MUST,
    body=Object({"version": needed(_VERSION), "reason": needed(_REASON)}, name="Rollback"),
    refuses=(NotFound, RoleMissing, NothingBefore, NotApproved),
    about="To one that was live before. Live at once where it takes the place of another and was approved in the last"
    " 30 days; else it waits for an approval.",
)  # fmt: skip
WITHDRAW = Operation(
    "Withdraw a product", "catalogue", {200: Answer("withdrawn, or no more scheduled", WHOLE)}, door=Door.TEAM,
    body=Object({"reason": needed(_REASON)}, name="Withdrawal"), refuses=(NotFound, RoleMissing, NothingLive),
    about="Nothing of it is sold from now on, and nothing that is scheduled for it starts.",
)  # fmt: skip
AUDIT = Operation(
    "List moves", "catalogue", {200: Answer("the oldest first", page(MOVE))}, door=Door.TEAM,
    query=Object({
        "bank": maybe(_BANK), "product": maybe(_PRODUCT),
        "after": maybe(Digits(about="`next` of the page before")), "limit": LIMIT,
    }), refuses=(NotFound,),
)  # fmt: skip
