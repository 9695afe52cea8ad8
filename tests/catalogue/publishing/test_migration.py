"""What was live before there were revisions is its product's first revision: it is sold on, and one can go back."""

from __future__ import annotations

import json

from alembic import command
from sqlalchemy import text

from scenebank.catalogue.documents import version_of
from scenebank.clock import HandClock
from scenebank.store.database import Database
from scenebank.store.migrate import alembic_config, migrate
from scenebank.team.model import Role
from tests.support.catalogue import bank, product
from tests.support.publishing import NOW, Office

_VERSION = "INSERT INTO product_versions VALUES ('alpha', 'p', :version, 'instalments', 'CN', :status, :document, :at)"


def test_what_was_live_before(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with database.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
    desk = Office(database, HandClock(NOW))
    desk.catalogue.publish_bank(bank("alpha"))
    with database.begin() as connection:
        for number, (rate, status) in enumerate((("0.0600", "superseded"), ("0.0590", "live"))):
            document = product("alpha", "p", rate)
            connection.execute(text(_VERSION), {
                "version": version_of(document), "status": status, "at": desk.now_ms + number,
                "document": json.dumps(document, sort_keys=True),
            })  # fmt: skip
    migrate(database)
    assert (desk.live_rate("p"), desk.bad()) == ("0.0590", ())
    for name, role in (("eve", Role.EDITOR), ("abe", Role.APPROVER), ("pat", Role.PUBLISHER)):
        desk.team.add(name, role, None)
    states = [one.state.value for one in desk.records.history("pat", "alpha", "p")]
    assert states == ["live", "superseded"]
    desk.published("p", "0.0580")
    desk.publishing.rollback("pat", "alpha", "p", None, "back")
    assert (desk.live_rate("p"), desk.bad()) == ("0.0590", ())
    database.dispose()
