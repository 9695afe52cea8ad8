"""What is sent and answered about webhook endpoints."""

from __future__ import annotations

from scenebank.applications.model import Status
from scenebank.errors import NotFound
from scenebank.fields import Either, Exactly, Flag, ListOf, Object, OneOf, OrNull, Text, maybe, needed, page
from scenebank.web.contract.operation import Answer, Once, Operation
from scenebank.webhooks.addresses import ADDRESS
from scenebank.webhooks.model import DISABLED_EVENT, TEST_EVENT, DisabledReason
from scenebank.webhooks.service import TooManyEndpoints, TooManySecrets

EVENT_TYPES = (*(f"application.{status.value}" for status in Status), DISABLED_EVENT, TEST_EVENT)
_TYPES = {"types": ", ".join(EVENT_TYPES)}
ALL = ["*"]
_TYPE = OneOf(EVENT_TYPES, "event_types", _TYPES)
_EVENTS = Either(Exactly([ALL], about="all of them"), ListOf(_TYPE, 1, None, "event_types", _TYPES))
_WANTED = {"events": maybe(_EVENTS), "signatures": maybe(Exactly([["v1"], ["v1", "v1a"]], "signatures"))}
_ENDPOINT = {
    "id": needed(Text(sample="we_7c1b")), "url": needed(Text(form="uri", sample="https://shop.example/hooks")),
    "enabled": needed(Flag()), "disabled_reason": needed(OrNull(OneOf(DisabledReason))),
    "events": needed(ListOf(OneOf((*ALL, *EVENT_TYPES)))), "signatures": needed(ListOf(OneOf(("v1", "v1a")))),
    "public_key": needed(OrNull(Text(sample="whpk_…", about="of the signatures v1a"))),
}  # fmt: skip
ENDPOINT = Object(_ENDPOINT, name="WebhookEndpoint")
_WITH_SECRET = Object({**_ENDPOINT, "secret": needed(Text(sample="whsec_…"))}, name="WebhookEndpointWithSecret")

LIST = Operation("List webhook endpoints", "webhooks", {200: Answer("all of them", page(ENDPOINT))})
SHOW = Operation("Show a webhook endpoint", "webhooks", {200: Answer("found", ENDPOINT)}, refuses=(NotFound,))
ADD = Operation(
    "Add a webhook endpoint", "webhooks", {201: Answer("added; the secret is in this answer only", _WITH_SECRET)},
    body=Object({"url": needed(ADDRESS), **_WANTED}, name="NewWebhookEndpoint"), once=Once.MAY,
    refuses=(TooManyEndpoints,),
)  # fmt: skip
CHANGE = Operation(
    "Change a webhook endpoint", "webhooks", {200: Answer("as it is now", ENDPOINT)},
    body=Object({"url": maybe(ADDRESS), **_WANTED, "enabled": maybe(Flag())}, name="WebhookEndpointChange"),
    body_required=False, refuses=(NotFound, TooManyEndpoints),
    about="What is named is changed; `enabled` true takes an endpoint back that was disabled.",
)  # fmt: skip
DELETE = Operation(
    "Delete a webhook endpoint", "webhooks", {204: Answer("deleted", media=())}, refuses=(NotFound,),
    about="Nothing more is sent there. Its events stay in the feed. `PATCH` with `enabled` false disables it only.",
)  # fmt: skip
ROTATE = Operation(
    "Rotate the secret", "webhooks", {200: Answer("the new secret is in this answer only", _WITH_SECRET)},
    body=Object({"at_once": maybe(Flag(False, "for a secret that leaked: the old one signs no more"), False)}),
    body_required=False, once=Once.MAY, refuses=(NotFound, TooManySecrets),
    about="The old secret goes on signing for a day.",
)  # fmt: skip
