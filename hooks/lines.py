"""Expected commission and expenses of a policy's instalments, by the most specific rules in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from models.catalogue import Agreement
from models.choices import ExpenseKind, IncomeKind, Origin, Settlement, ShareOf, VatMode
from models.commission import BestRules, Rate, expected_on
from models.deal import Deal
from models.payment import Expense, Income, Payment
from models.policy import Policy
from models.rules import CommissionRule, ExpenseRule
from models.verbs import Act


async def expect_incomes(act: Act, policy: Policy, payments: Sequence[Payment]) -> list[Income]:
    """Lines of each kind that a rule or the policy's own percentage gives and nobody has entered by hand."""
    rules = {rule.kind: rule for _, rule in await act.work.execute(BestRules.of_commission(Policy.id == policy.id))}
    entered = await _entered(act, Income, payments)
    made: list[Income] = []
    for kind in IncomeKind:
        own = policy.commission_percent if kind == IncomeKind.COMMISSION else None
        if own is not None:
            made += _own(policy, payments, own, *await _terms(act, policy, rules.get(kind)))
        elif kind in rules:
            made += _ruled(rules[kind], payments)
    lines = [line for line in made if line.amount and (line.payment_id, line.kind) not in entered]
    act.work.add_all(lines)
    return lines


async def expect_expenses(act: Act, deal: Deal, policy: Policy, payments: Sequence[Payment]) -> list[Expense]:
    """Shares and discounts by rule; a share of commission is taken of what stands as commission now."""
    await act.work.flush()
    entered = await _entered(act, Expense, payments)
    amounts = [payment.amount for payment in payments]
    commissions = await _commissions(act, payments)
    lines: list[Expense] = []
    for _, rule in await act.work.execute(BestRules.of_expense(Policy.id == policy.id)):
        payee = _payee(rule, deal)
        if rule.kind == ExpenseKind.EXECUTOR_SHARE and payee is None:
            continue
        bases = commissions if rule.share_of == ShareOf.COMMISSION else amounts
        lines += _shares(rule, payments, bases, payee)
    lines = [line for line in lines if line.amount and (line.payment_id, line.kind) not in entered]
    act.work.add_all(lines)
    return lines


def _ruled(rule: CommissionRule, payments: Sequence[Payment]) -> Iterable[Income]:
    amounts = [payment.amount for payment in payments]
    parts = Rate(rule.percent, rule.fixed_amount, rule.minimum_amount).of(amounts, amounts)
    for payment, amount in zip(payments, parts, strict=True):
        yield Income(
            deal_id=payment.deal_id,
            payment_id=payment.id,
            kind=rule.kind,
            amount=amount,
            expected_on=expected_on(rule.settlement, payment.due_on),
            settlement=rule.settlement,
            vat_mode=rule.vat_mode,
            origin=Origin.RULE,
            rule_id=rule.id,
            rate_percent=rule.percent,
            base_amount=payment.amount,
        )


def _own(
    policy: Policy, payments: Sequence[Payment], percent: Decimal, settlement: str, vat_mode: str
) -> Iterable[Income]:
    """The percentage that the insurer gave for this policy comes before any rule: rule-made, but without a rule."""
    amounts = [payment.amount for payment in payments]
    for payment, amount in zip(payments, Rate(percent).of(amounts, amounts), strict=True):
        yield Income(
            deal_id=policy.deal_id,
            payment_id=payment.id,
            amount=amount,
            expected_on=expected_on(settlement, payment.due_on),
            settlement=settlement,
            vat_mode=vat_mode,
            origin=Origin.RULE,
            rate_percent=percent,
            base_amount=payment.amount,
        )


def _shares(
    rule: ExpenseRule, payments: Sequence[Payment], bases: Sequence[Decimal], payee: UUID | None
) -> Iterable[Expense]:
    parts = Rate(rule.percent, rule.fixed_amount).of(bases, [payment.amount for payment in payments])
    for payment, base, amount in zip(payments, bases, parts, strict=True):
        yield Expense(
            deal_id=payment.deal_id,
            payment_id=payment.id,
            kind=rule.kind,
            amount=amount,
            payee_id=payee,
            payee_name=rule.payee_name,
            origin=Origin.RULE,
            rule_id=rule.id,
            rate_percent=rule.percent,
            base_amount=base,
        )


def _payee(rule: ExpenseRule, deal: Deal) -> UUID | None:
    """The person of the deal whose share it is."""
    match rule.kind:
        case ExpenseKind.SELLER_SHARE:
            return deal.seller_id
        case ExpenseKind.EXECUTOR_SHARE:
            return deal.executor_id
    return None


async def _terms(act: Act, policy: Policy, rule: CommissionRule | None) -> tuple[str, str]:
    """Settlement and VAT of a line with the policy's own percentage: as the rule has them, else the agreement."""
    if rule is not None:
        return rule.settlement, rule.vat_mode
    agreement = await act.work.get(Agreement, policy.agreement_id) if policy.agreement_id else None
    if agreement is not None:
        return agreement.settlement, agreement.vat_mode
    return Settlement.AFTER_ACT, VatMode.NONE


async def _entered(
    act: Act, record: type[Income] | type[Expense], payments: Sequence[Payment]
) -> set[tuple[UUID, str]]:
    """Which kinds of lines the payments have already."""
    statement = select(record.payment_id, record.kind).where(
        record.payment_id.in_([payment.id for payment in payments]), record.deleted_at.is_(None)
    )
    return {(key, kind) for key, kind in await act.work.execute(statement)}


async def _commissions(act: Act, payments: Sequence[Payment]) -> list[Decimal]:
    """The commission that stands on each payment."""
    statement = select(Income.payment_id, Income.amount).where(
        Income.payment_id.in_([payment.id for payment in payments]),
        Income.kind == IncomeKind.COMMISSION,
        Income.deleted_at.is_(None),
    )
    found: dict[UUID, Decimal] = {}
    for key, amount in await act.work.execute(statement):
        found[key] = found.get(key, Decimal(0)) + amount
    return [found.get(payment.id, Decimal(0)) for payment in payments]
