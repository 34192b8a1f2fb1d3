"""A server of somebody else's, where we are no superuser: the privileges that docs/operations.md names are enough."""

import re
from pathlib import Path

import pytest

from jobs.embedded.postgres import Postgres
from jobs.embedded.running import postgres_running
from jobs.embedded.urls import LOGIN_ROLES, embedded_url, role_password
from migrations.runner import Addresses, Unprivileged, upgrade
from tests.architecture.sources import ROOT

SQL = re.compile(r"```sql\n(.*?)```", re.DOTALL)


def prepared(server: Postgres, statements: str) -> Addresses:
    """Run the statements of the document as the superuser, then give the addresses for migrations."""
    for statement in filter(None, map(str.strip, statements.split(";"))):
        server.psql(statement, database="postgres")
    url = embedded_url(server.data_dir).set(drivername="postgresql+asyncpg", database="polisdesk_managed")
    keeper = url.set(username="polisdesk", password="a long password")
    owner = url.set(username="crm_owner", password=role_password("crm_owner"))
    passwords = {role: role_password(role) for role in LOGIN_ROLES}
    return Addresses(*(u.render_as_string(hide_password=False) for u in (keeper, owner)), passwords)


def test_the_privileges_of_the_document_are_enough_and_needed(data_dir: Path) -> None:
    found = SQL.search((ROOT / "docs/operations.md").read_text(encoding="utf-8"))
    assert found is not None
    with postgres_running(data_dir, durable=False) as server:
        addresses = prepared(server, found[1].replace("DATABASE polisdesk", "DATABASE polisdesk_managed"))
        server.psql("REVOKE pg_read_all_data FROM polisdesk", database="postgres")
        with pytest.raises(Unprivileged, match="pg_read_all_data"):
            upgrade(addresses)
        server.psql("GRANT pg_read_all_data TO polisdesk WITH ADMIN OPTION", database="postgres")
        upgrade(addresses)
        assert server.psql("SELECT count(*) FROM audit.watched", database="polisdesk_managed") != "0"
