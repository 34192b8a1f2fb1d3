"""The log's own tables: written by triggers and definer functions, append-only for everyone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import UserDefinedType

from models.base import Base, Rows


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """The type's name."""
        return "xid8"


actions = Table(
    "actions",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False),
    Column("actor_id", Uuid, nullable=False),
    Column("via", Text, nullable=False),
    Column("request_id", Text),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("asked", JSONB),
    Column("undone_by", Uuid),
    Column("undoes", Uuid),
    Index("ix_actions_at", "at"),
    Index("ix_actions_actor", "actor_id", "at"),
    schema="audit",
    info={"rows": Rows.ACTIONS},
)
"""One row a verb, import, bulk or job step."""

events = Table(
    "events",
    Base.metadata,
    Column("epoch", BigInteger, nullable=False),
    Column("xid", Xid8(), nullable=False),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("id", Uuid, nullable=False, server_default=text("uuidv7()")),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("action_id", Uuid, nullable=False),
    Column("actor_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("table", Text, nullable=False),
    Column("op", Text, nullable=False),
    Column("record_id", Uuid),
    Column("deal_id", Uuid),
    Column("client_id", Uuid),
    Column("changes", JSONB),
    Column("record", JSONB),
    PrimaryKeyConstraint("id", "at"),
    Index("ix_events_order", "xid", "seq"),
    Index("ix_events_at", "at", "id"),
    Index("ix_events_action", "action_id"),
    Index("ix_events_record", "record_id", "at"),
    Index("ix_events_deal", "deal_id", "at"),
    schema="audit",
    info={"rows": Rows.EVENTS},
    postgresql_partition_by="RANGE (at)",
)
"""The one log: a row for every changed row."""

critical = Table(
    "critical",
    Base.metadata,
    Column("seq", BigInteger, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("type", Text, nullable=False),
    Column("event", JSONB, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("seq", "at"),
    schema="audit",
    info={"rows": Rows.JOBS},
    postgresql_partition_by="RANGE (at)",
)
"""Events that are kept longer, chained by hash."""

cursors = Table(
    "cursors",
    Base.metadata,
    Column("name", Text, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("xid", Xid8(), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("last_link", BigInteger),
    Column("last_hash", LargeBinary),
    schema="audit",
    info={"rows": Rows.JOBS},
)
"""How far each reader of the log has come."""

runs = Table(
    "runs",
    Base.metadata,
    Column("id", Uuid, primary_key=True, server_default=text("uuidv7()")),
    Column("event_id", Uuid),
    Column("event_at", DateTime(timezone=True)),
    Column("job", Text, nullable=False),
    Column("args", JSONB, nullable=False, server_default=text("'{}'")),
    Column("key", Text),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("due_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("leased_until", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    UniqueConstraint("event_id", "job"),
    UniqueConstraint("job", "key"),
    Index("ix_runs_due", "due_at", postgresql_where=text("state IN ('waiting', 'running')")),
    Index("ix_runs_left", "job", "created_at", postgresql_where=text("state IN ('waiting', 'running', 'dead')")),
    Index("ix_runs_dead", "finished_at", postgresql_where=text("state = 'dead'")),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'dead', 'discarded')", name="state"),
    schema="audit",
    info={"rows": Rows.JOBS},
)
"""The truth of every job: asked for by an event, or by hand with arguments and a key that makes it one of its kind."""

slots = Table(
    "slots",
    Base.metadata,
    Column("name", Text, nullable=False),
    Column("slot", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Column("error", Text),
    PrimaryKeyConstraint("name", "slot"),
    schema="audit",
    info={"rows": Rows.JOBS},
)
"""One row for each time that a schedule came round."""

watched = Table(
    "watched",
    Base.metadata,
    Column("table", Text, primary_key=True),
    Column("event", Text, nullable=False),
    Column("hidden", ARRAY(Text), nullable=False),
    Column("derived", ARRAY(Text), nullable=False),
    schema="audit",
    info={"rows": Rows.SEALED},
)
"""What the log knows of each table: its event type, columns that never enter it, columns that are derived."""

sign_ins = Table(
    "sign_ins",
    Base.metadata,
    Column("id", Uuid, primary_key=True, server_default=text("uuidv7()")),
    Column("username", Text, nullable=False),
    Column("ip", Text),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("ok", Boolean, nullable=False),
    Index("ix_sign_ins_username", "username", "at"),
    Index("ix_sign_ins_ip", "ip", "at"),
    schema="audit",
    info={"rows": Rows.SEALED},
)
"""Tries to sign in, for the throttle."""
