"""Why a matter is on the list, in words: what it is, how it stands with its day, how much is at risk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from admin.arrears import effect_words
from admin.i18n import _, choice_label, ngettext, show_date, show_money
from models.arrears import Arrear
from models.attention import Matter
from models.choices import Ball, ExpenseKind, RenewalStatus, ReviewReason, TaskStatus
from models.paper import PayoutStatus
from models.payment.record import is_refund
from models.rights import Rights
from models.texts import N_
from models.today import Facts, Found

HOUR, DAY = 3_600, 86_400
SOON = 60
"""Days up to which a day ahead is counted, not named."""


class When(str):
    """The part of a reason that tells how it stands with its day; it has the colour."""

    __slots__ = ()
    is_when = True


class Sum(str):
    """The money of a reason; it stands at the end of the line and is never cut off."""

    why = ""
    """Where it is explained."""

    @classmethod
    def of(cls, amount: Decimal | None, why: str) -> Sum:
        """A sum with the place of its answer."""
        found = cls(show_money(amount))
        found.why = why
        return found


class Reader(NamedTuple):
    """Who reads the reasons, and when."""

    me: UUID
    rights: Rights
    today: date
    now: datetime
    in_queue: bool = False


def reason_of(found: Found, facts: Facts, reader: Reader) -> list[str]:
    """The parts of the reason, each a `When` or plain words."""
    words = queued if reader.in_queue else WORDS[found.kind]
    return [part for part in (*words(found, facts, reader), stands_in(found, facts)) if part]


def stands_in(found: Found, facts: Facts) -> str:
    """For whom, where it is another's and comes to this person while they are away."""
    absent = facts.told.get("stands_in_for") or found.for_whom
    return _("for {who}", who=absent) if absent else ""


def instalment(found: Found, facts: Facts, reader: Reader) -> Iterable[str]:
    """Which instalment, how late and what that does to the cover, what is owed, and a day that was promised."""
    payment = facts.record
    if is_refund(payment):
        yield _("refund to the client")
    else:
        yield _("instalment {n} of {count}", n=payment.sequence, count=facts.told["count"])
    yield when(found.day, reader.today, _("due {day}"))
    yield at_stake(facts, reader)
    yield money(reader, "payment", "amount", found.money, f"payment/{found.record_id}/owed")
    if payment.remind_on is not None and payment.remind_on <= reader.today:
        yield _("promised by {day}", day=show_date(payment.remind_on))


def at_stake(facts: Facts, reader: Reader) -> str:
    """What the contract makes of a late instalment, while the policy covers."""
    payment, told = facts.record, facts.told
    if is_refund(payment) or payment.due_on >= reader.today or not told["covers"]:
        return ""
    arrear = Arrear(payment.due_on, told["arrear_effect"], told["arrear_days"])
    return When(effect_words(arrear, reader.today)) if may_read(reader, "policy", "arrear_effect") else ""


def renewal(found: Found, facts: Facts, reader: Reader) -> Iterable[str]:
    """When the policy ends, what it costs, and how far its renewal is."""
    ends_on = facts.told["ends_on"]
    left = (ends_on - reader.today).days
    if left > 0:
        yield When(ngettext("the policy ends in {n} day", "the policy ends in {n} days", left))
    else:
        yield When(_("the policy ends today") if left == 0 else _("the policy ended on {day}", day=show_date(ends_on)))
    yield money(reader, "policy", "premium", found.money, f"renewal/{found.record_id}/policy_id.premium")
    if facts.record.status != RenewalStatus.FOUND:
        yield choice_label(RenewalStatus, facts.record.status).lower()


def task(found: Found, facts: Facts, reader: Reader) -> Iterable[str]:
    """What is to be done, how long it has waited or by when it is due, and who asked."""
    record = facts.record
    yield record.title
    yield when(record.due_on, reader.today, _("due {day}"))
    if record.status == TaskStatus.NEW:
        waits = N_("waits for you {time}") if found.user_id == reader.me else N_("waits for {time}")
        yield _(waits, time=lasted(record.created_at, reader.now))
    elif record.status in (TaskStatus.WAITING, TaskStatus.SCHEDULED):
        yield _("its day has come") + (f": {record.waiting_for}" if record.waiting_for else "")
    else:
        yield _("in hand")
    yield at_risk(found, reader, stake_of(found, record))
    if record.author_id != record.assignee_id and facts.told["author"]:
        yield _("from {who}", who=facts.told["author"])


def returned(_found: Found, facts: Facts, _reader: Reader) -> Iterable[str]:
    """Who gave it back, and why."""
    yield facts.record.title
    who, why = facts.told["assignee"] or "", facts.record.reason or ""
    yield When(_("returned by {who}: {why}", who=who, why=why) if who else _("returned: {why}", why=why))


def review(found: Found, facts: Facts, reader: Reader) -> Iterable[str]:
    """Why the deal is to be looked at, and since when."""
    deal = facts.record
    if deal.review_on is not None and deal.review_on <= reader.today:
        yield _("look at the deal") + (f": {deal.review_note}" if deal.review_note else "")
        yield when(deal.review_on, reader.today, _("for {day}"))
    elif deal.next_review_reason == ReviewReason.CALCULATION:
        yield _("the calculation expires") if found.since >= reader.today else _("the calculation has expired")
        yield show_date(found.since)
    elif deal.next_review_reason == ReviewReason.POLICY_END:
        yield _("the policy ends soon")
    else:
        yield _("nothing is planned")
        yield _("since {day}", day=show_date(deal.next_review_at))
    yield at_risk(found, reader, f"deal/{found.deal_id}/at_stake")
    if deal.ball != Ball.SELLER:
        yield _("waits for: {who}", who=choice_label(Ball, deal.ball).lower())


def statement(_found: Found, facts: Facts, reader: Reader) -> Iterable[str]:
    """Whose statement waits to be posted."""
    yield _("statement of {insurer} waits", insurer=facts.told["insurer"])
    record = facts.record
    yield money(reader, "statement", "total", record.total, f"statement/{record.id}/total")


def to_confirm(_found: Found, facts: Facts, reader: Reader) -> Iterable[str]:
    """Which instalment was paid, when and how much: the accountant sees the money."""
    payment = facts.record
    yield _("instalment {n} of {count}", n=payment.sequence, count=facts.told["count"])
    yield _("paid on {day}: confirm", day=show_date(payment.paid_on))
    yield money(reader, "payment", "paid_amount", payment.paid_amount, f"payment/{payment.id}/paid_amount")


def to_approve(_found: Found, facts: Facts, reader: Reader) -> Iterable[str]:
    """What would be paid out, and to whom."""
    yield _("waits for approval")
    yield from expense(facts, reader)


def to_pay_out(_found: Found, facts: Facts, reader: Reader) -> Iterable[str]:
    """What is to be paid out, and to whom."""
    yield _("approved: pay out")
    yield from expense(facts, reader)


def sheet(_found: Found, facts: Facts, reader: Reader) -> Iterable[str]:
    """Whose pay-out sheet waits for approval, or to be paid."""
    waits = facts.record.status == PayoutStatus.DRAFT
    yield _("waits for approval") if waits else _("approved: pay out")
    yield _("pay-out sheet: {title}", title=facts.record.payee)
    yield money(reader, "payout", "total", facts.record.total, f"payout/{facts.record.id}/total")


def expense(facts: Facts, reader: Reader) -> Iterable[str]:
    """The kind of an expense, for whom, and how much."""
    yield choice_label(ExpenseKind, facts.record.kind).lower()
    if may_read(reader, "expense", "payee_id") and may_read(reader, "expense", "payee_name"):
        yield facts.told["payee"] or facts.record.payee_name or ""
    yield money(reader, "expense", "amount", facts.record.amount, f"expense/{facts.record.id}/amount")


def queued(_found: Found, facts: Facts, reader: Reader) -> Iterable[str]:
    """How long nobody has taken it, and from whom it comes."""
    yield facts.record.title
    yield _("waits for {time}", time=lasted(facts.record.created_at, reader.now))
    if facts.told["author"]:
        yield _("from {who}", who=facts.told["author"])


def when(day: date | None, today: date, dated: str) -> When:
    """A deadline as people feel it: late by so many days, today, tomorrow, in some days, on a date."""
    return When(until(day, today, dated) if day is not None else "")


def until(day: date, today: date, dated: str) -> str:
    """The words of a deadline."""
    left = (day - today).days
    if left < 0:
        return ngettext("late by {n} day", "late by {n} days", -left)
    if left == 0:
        return _("due today")
    if left == 1:
        return _("due tomorrow")
    if left <= SOON:
        return ngettext("in {n} day", "in {n} days", left)
    return dated.format(day=show_date(day))


def stake_of(found: Found, task: Any) -> str:
    """Where the money of a task comes from: its policy or variant, else the deal's largest one (`crm.attention_of`)."""
    for key in ("policy_id", "calculation_id"):
        if getattr(task, key, None) is not None:
            return f"task/{found.record_id}/{key}.premium"
    return f"deal/{found.deal_id}/at_stake"


def at_risk(found: Found, reader: Reader, why: str) -> str:
    """The money by which it has its place: a variant's premium."""
    return money(reader, "calculation", "premium", found.money, why) if found.money else ""


def money(reader: Reader, identity: str, field: str, amount: Decimal | None, why: str) -> str:
    """A sum and where it is explained, to those who may read the field that it comes from."""
    return Sum.of(amount, why) if may_read(reader, identity, field) else ""


def may_read(reader: Reader, identity: str, field: str) -> bool:
    """Whether the reader's role shows a field."""
    return reader.rights.may_field(identity, field, "read")


def lasted(since: datetime, now: datetime) -> str:
    """For how long, in the largest unit."""
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < HOUR:
        return ngettext("{n} min", "{n} min", seconds // 60)
    if seconds < DAY:
        return ngettext("{n} h", "{n} h", seconds // HOUR)
    return ngettext("{n} d", "{n} d", seconds // DAY)


Words = Callable[[Found, Facts, Reader], Iterable[str]]
WORDS: dict[Matter, Words] = {
    Matter.INSTALMENT: instalment,
    Matter.RENEWAL: renewal,
    Matter.TASK: task,
    Matter.RETURNED: returned,
    Matter.REVIEW: review,
    Matter.STATEMENT: statement,
    Matter.CONFIRM: to_confirm,
    Matter.APPROVE: to_approve,
    Matter.PAY_OUT: to_pay_out,
    Matter.SHEET: sheet,
}
