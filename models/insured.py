"""What is insured: vehicles with drivers, properties, loans, persons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, choice, reference
from models.choices import ObjectKind


def of_same_client() -> ForeignKeyConstraint:
    """A key to the insured object whose client cannot differ."""
    return ForeignKeyConstraint(
        ["insured_object_id", "client_id"],
        ["crm.insured_objects.id", "crm.insured_objects.client_id"],
        deferrable=True,
        initially="IMMEDIATE",
    )


class InsuredObject(Trashable, Record):
    """A vehicle, a property, a mortgage, a list of persons or a trip; several needs may share it."""

    __tablename__ = "insured_objects"
    __table_args__: Any = (
        UniqueConstraint("id", "client_id"),
        Index("ix_insured_objects_vin", "vin"),
        Index("ix_insured_objects_plate", "plate"),
        {"schema": "crm"},
    )
    __identity__ = "insured-object"
    __event__ = "crm.client.object"
    __rows__ = Rows.UNDER_CLIENT
    __title__ = "title"
    __search__ = ("title", "vin", "plate")
    __natural__ = (("vin",), ("client_id", "plate"), ("client_id", "title"))

    client_id: Mapped[UUID] = reference("crm.clients")
    kind: Mapped[str] = choice(ObjectKind, ObjectKind.VEHICLE)
    title: Mapped[str]
    vin: Mapped[str | None]
    plate: Mapped[str | None]
    brand: Mapped[str | None]
    model: Mapped[str | None]
    category: Mapped[str | None]
    year: Mapped[int | None]
    address: Mapped[str | None]
    area: Mapped[Decimal | None]
    bank: Mapped[str | None]
    loan_number: Mapped[str | None]
    country: Mapped[str | None]
    owner_name: Mapped[str | None]
    beneficiary: Mapped[str | None]
    note: Mapped[str | None]


class Driver(Trashable, Record):
    """A driver of a vehicle, with КБМ (bonus-malus), its date and source."""

    __tablename__ = "drivers"
    __table_args__: Any = (of_same_client(), {"schema": "crm"})
    __identity__ = "driver"
    __event__ = "crm.client.driver"
    __rows__ = Rows.UNDER_CLIENT
    __title__ = "name"
    __search__ = ("name", "licence")

    client_id: Mapped[UUID] = reference("crm.clients")
    insured_object_id: Mapped[UUID] = reference("crm.insured_objects")
    name: Mapped[str]
    birth_date: Mapped[date | None]
    licence: Mapped[str | None]
    licensed_since: Mapped[date | None]
    kbm: Mapped[Decimal | None]
    kbm_on: Mapped[date | None]
    kbm_source: Mapped[str | None]


class InsuredPerson(Trashable, Record):
    """A person on a ДМС or НС list, with the days of joining and leaving."""

    __tablename__ = "insured_persons"
    __table_args__: Any = (of_same_client(), {"schema": "crm"})
    __identity__ = "insured-person"
    __event__ = "crm.client.insured_person"
    __rows__ = Rows.UNDER_CLIENT
    __title__ = "name"
    __search__ = ("name",)

    client_id: Mapped[UUID] = reference("crm.clients")
    insured_object_id: Mapped[UUID] = reference("crm.insured_objects")
    name: Mapped[str]
    birth_date: Mapped[date | None]
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]


class LoanBalance(Trashable, Record):
    """The debt of a mortgage at a date, in roubles; the sum insured follows it."""

    __tablename__ = "loan_balances"
    __table_args__: Any = (of_same_client(), {"schema": "crm"})
    __identity__ = "loan-balance"
    __event__ = "crm.client.loan_balance"
    __rows__ = Rows.UNDER_CLIENT
    __title__ = "as_of"

    client_id: Mapped[UUID] = reference("crm.clients")
    insured_object_id: Mapped[UUID] = reference("crm.insured_objects")
    as_of: Mapped[date]
    balance: Mapped[Decimal]
