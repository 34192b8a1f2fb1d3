"""The rows of the policies' sheet. The first fault of a row in this order is its verdict:

dates, end before start (one day is allowed), premium, negative premium, unknown holder, no number, a number that a row
above of the same insurer has (whatever became of that row), a holder whose name several clients have.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jobs.portfolio.clients import Client
from jobs.portfolio.columns import Row
from jobs.portfolio.namesakes import Clients
from jobs.portfolio.verdicts import Verdict
from models.errors import Invalid
from models.identifiers import BadIdentifier, PolicyNumber, parse_plate, parse_policy_number, parse_vin
from models.names import client_key, tidy
from models.plan_spellings import parse_plan
from models.plans import Plan
from models.russian import Unreadable, parse_amount, parse_date, parse_percent
from models.texts import N_, Text


@dataclass(slots=True, eq=False)
class Policy:
    """A row of the policies' sheet; `candidates` are the clients among whom a person must choose."""

    row: int
    holder: str
    insurer: str
    product: str
    verdict: Verdict = Verdict.OK
    client: Client | None = None
    candidates: tuple[Client, ...] = ()
    number: PolicyNumber | None = None
    sold_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    premium: Decimal | None = None
    sum_insured: Decimal | None = None
    plan: Plan | None = None
    commission_percent: Decimal | None = None
    seller: str = ""
    executor: str = ""
    previous: PolicyNumber | None = None
    insured_object: str = ""
    vin: str | None = None
    plate: str | None = None
    warnings: list[Text] = field(default_factory=list)


class Policies:
    """All rows of the sheet in order, and the policies among them by number."""

    def __init__(self, clients: Clients) -> None:
        self.rows: list[Policy] = []
        self._clients = clients
        self._by_key: defaultdict[str, list[Policy]] = defaultdict(list)
        self._by_digits: defaultdict[str, list[Policy]] = defaultdict(list)
        self._seen: set[tuple[str, str]] = set()

    def numbered(self, number: PolicyNumber) -> list[Policy]:
        """The policies with this number, of any verdict; where a series was lost on either side, by digits alone."""
        if exact := self._by_key.get(number.key):
            return exact
        alike = self._by_digits.get(number.digits, [])
        return [policy for policy in alike if not (number.series and policy.number and policy.number.series)]

    def add(self, number: int, row: Row) -> None:
        """Judge one row of the sheet and keep it."""
        policy = _read(number, row)
        policy.candidates = tuple(self._clients.named(policy.holder))
        policy.verdict = self._verdict(policy)
        if len(policy.candidates) == 1:
            policy.client = policy.candidates[0]
        self.rows.append(policy)
        if policy.number:
            self._seen.add((client_key(policy.insurer), policy.number.key))
            self._by_key[policy.number.key].append(policy)
            self._by_digits[policy.number.digits].append(policy)

    def _verdict(self, policy: Policy) -> Verdict:
        if policy.starts_on is None or policy.ends_on is None:
            return Verdict.BAD_DATES
        if policy.ends_on < policy.starts_on:
            return Verdict.END_BEFORE_START
        if not policy.premium:
            return Verdict.BAD_PREMIUM
        if policy.premium < 0:
            return Verdict.NEGATIVE_PREMIUM
        if not policy.candidates:
            return Verdict.UNKNOWN_CLIENT
        if policy.number is None:
            return Verdict.NO_NUMBER
        if (client_key(policy.insurer), policy.number.key) in self._seen:
            return Verdict.DUPLICATE_NUMBER
        return Verdict.OK if len(policy.candidates) == 1 else Verdict.AMBIGUOUS_CLIENT


def _read(number: int, row: Row) -> Policy:
    policy = Policy(number, _text(row, "holder"), _text(row, "insurer"), _text(row, "product"))
    policy.number = read_number(row.get("number"), row.get("series"))
    policy.seller, policy.executor = _text(row, "seller"), _text(row, "executor")
    policy.sold_on = read_date(row, "sold_on", policy.warnings)
    policy.starts_on = read_date(row, "starts_on", policy.warnings)
    policy.ends_on = read_date(row, "ends_on", policy.warnings)
    policy.premium = read_amount(row, "premium", policy.warnings)
    policy.sum_insured = read_above_zero(row, "sum_insured", policy.warnings)
    policy.previous = read_number(row.get("previous"))
    _read_terms(policy, row)
    _read_object(policy, row)
    return policy


def read_number(value: object, series: object = None) -> PolicyNumber | None:
    """The policy number of a cell, None where it has none («б/н», a dash)."""
    if value is None:
        return None
    try:
        return parse_policy_number(value, series)
    except BadIdentifier:
        return None


def read_date(row: Row, name: str, warnings: list[Text]) -> date | None:
    """The day in a cell; None where there is none, with a warning where something else is written."""
    value = row.get(name)
    if value is None:
        return None
    try:
        return parse_date(value)
    except Unreadable:
        warnings.append(Text(N_("“{value}” is not a date"), value=str(value)))
        return None


def read_amount(row: Row, name: str, warnings: list[Text]) -> Decimal | None:
    """The sum in a cell in roubles; None where there is none, with a warning where something else is written."""
    value = row.get(name)
    if value is None:
        return None
    try:
        return parse_amount(value)
    except Unreadable:
        warnings.append(Text(N_("“{value}” is not a sum"), value=str(value)))
        return None


def read_above_zero(row: Row, name: str, warnings: list[Text]) -> Decimal | None:
    """Like read_amount, but a negative sum is left out with a warning; zero is none."""
    amount = read_amount(row, name, warnings)
    if amount is not None and amount < 0:
        warnings.append(Text(N_("“{value}” is negative: left out"), value=str(row[name])))
        return None
    return amount or None


def _read_terms(policy: Policy, row: Row) -> None:
    plan, percent = row.get("plan"), row.get("commission_percent")
    try:
        policy.plan = None if plan is None else parse_plan(str(plan))
    except Invalid:
        policy.warnings.append(Text(N_("“{value}” is not an instalment plan"), value=str(plan)))
    try:
        policy.commission_percent = None if percent is None else _share(percent)
    except Unreadable:
        policy.warnings.append(Text(N_("“{value}” is not a percentage"), value=str(percent)))


def _share(value: object) -> Decimal:
    percent = parse_percent(value)
    if not 0 <= percent <= 100:
        raise Unreadable(f"Not a share: {value!r}")
    return percent


def _read_object(policy: Policy, row: Row) -> None:
    """A vehicle's VIN and plate are looked for in the words; other objects stay as written."""
    policy.insured_object = written = _text(row, "insured_object")
    words = dict.fromkeys((written, *written.replace(",", " ").split())) if written else ()
    for word in words:
        try:
            policy.vin = policy.vin or parse_vin(word)
            break
        except BadIdentifier:
            policy.plate = policy.plate or _plate(word)


def _plate(word: str) -> str | None:
    try:
        return parse_plate(word)
    except BadIdentifier:
        return None


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else tidy(str(value))
