"""The instalments of an issued policy make its premium: a sum that is typed must fit, another sum is spread."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import text

from hooks.expected import expect_lines
from hooks.payments import trash_expected
from hooks.schedules import instalments_of
from models.choices import PaymentStatus, PolicyStatus
from models.errors import Invalid
from models.facts import Fact, follows
from models.money import split
from models.payment import Payment
from models.payment.record import is_asked
from models.policy import Policy
from models.texts import N_
from models.verbs import Act

PARTS = text(
    "SELECT c.status, c.premium, (SELECT coalesce(sum(p.amount), 0) FROM crm.payments p WHERE p.policy_id = c.id"
    " AND p.deleted_at IS NULL AND p.status <> 'cancelled') AS made FROM crm.policies c WHERE c.id = :policy"
)


@follows("payment.edited", "payment.created")
async def keep_the_premium_whole(act: Act, fact: Fact) -> None:
    """A sum typed into an instalment of an issued policy. Raises `Invalid` with what is missing of the premium then."""
    payment: Payment = fact.record
    if "amount" not in fact.told.get("fields", {"amount"}):
        return
    found = (await act.work.execute(PARTS, {"policy": payment.policy_id})).one()
    if found.status != PolicyStatus.ISSUED or found.made == found.premium:
        return
    missing = N_("{rest} of the premium is missing then: “Change the sum” spreads it over the unpaid instalments.")
    too_much = N_("That is {rest} more than the premium: “Change the sum” spreads it, “Endorse” changes the premium.")
    rest = found.premium - found.made
    raise Invalid.at("amount", missing if rest > 0 else too_much, rest=abs(rest))


@follows("payment.resized")
async def spread_the_rest(act: Act, fact: Fact) -> None:
    """The other unpaid instalments take the rest by their weights. Raises where they cannot."""
    payment: Payment = fact.record
    policy = await act.work.get_record(Policy, payment.policy_id, lock=True)
    living = await instalments_of(act, policy)
    others = [p for p in living if p.id != payment.id and p.status == PaymentStatus.PLANNED and is_asked(p)]
    left = sum((p.amount for p in others), Decimal(0)) + fact.told["rest"]
    parts = split(left, [p.amount for p in others]) if others and left > 0 else []
    if not parts or not all(parts):
        raise Invalid.at("new_amount", N_("The other unpaid instalments cannot take the rest: “Endorse” can."))
    for other, part in zip(others, parts, strict=True):
        other.amount = part
    if policy.status == PolicyStatus.ISSUED:
        for changed in (payment, *others):
            await trash_expected(act, changed, by_rule=True)
        await act.work.flush()
        await expect_lines(act, policy, living)
