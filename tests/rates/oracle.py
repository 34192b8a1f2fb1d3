"""What the rules should make of policies, told once more and otherwise: plain Python over fractions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

Row = dict[str, Any]
SPECIFIC = ("agreement_id", "program", "region", "vehicle_category", "is_renewal", "product_id")
SPECIFIC_SHARE = ("insurer_id", "program", "is_renewal", "product_id")


class Key(NamedTuple):
    """A line's place."""

    side: str
    payment_id: Any
    kind: str
    party: str


class Lines(NamedTuple):
    """What stands and may be made anew, and what the rules make of it."""

    was: Row | None
    now: Row | None


class Brokerage(NamedTuple):
    """Everything that was made up, table by table."""

    entities: list[Row]
    vat_periods: list[Row]
    agreements: list[Row]
    commission_rules: list[Row]
    commission_tiers: list[Row]
    expense_rules: list[Row]
    clients: list[Row]
    deals: list[Row]
    insured_objects: list[Row]
    needs: list[Row]
    policies: list[Row]
    payments: list[Row]
    payment_incomes: list[Row]
    payment_expenses: list[Row]


def rounded(value: Fraction) -> Decimal:
    """Half away from zero, two places."""
    kopecks = floor(abs(value) * 100 + Fraction(1, 2))
    return Decimal(kopecks if value >= 0 else -kopecks) / 100


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Parts of a sum, each the rounded share so far less the one before."""
    whole, upto, before, parts = Fraction(sum(weights)), Fraction(0), Decimal(0), []
    for weight in weights:
        upto += Fraction(weight)
        here = rounded(Fraction(total) * upto / whole)
        parts.append(here - before)
        before = here
    return parts


def said(text: str | None) -> str:
    return (text or "").strip().lower()


def end_of_next_month(day: date) -> date:
    later = day.replace(day=1)
    for _month in range(2):
        later = (later + timedelta(days=32)).replace(day=1)
    return later - timedelta(days=1)


class Oracle:
    """Answers for one policy at a time."""

    def __init__(self, brokerage: Brokerage, remade: Sequence[str], missing: bool) -> None:
        self.all = brokerage
        self.remade, self.missing = remade, missing
        self.by_id = {row["id"]: row for table in brokerage for row in table}
        self.payments = self._grouped(brokerage.payments, "policy_id")
        self.incomes = self._grouped(brokerage.payment_incomes, "payment_id")
        self.expenses = self._grouped(brokerage.payment_expenses, "payment_id")

    @staticmethod
    def _grouped(rows: list[Row], by: str) -> dict[Any, list[Row]]:
        found: dict[Any, list[Row]] = {}
        for row in rows:
            if row["deleted_at"] is None:
                found.setdefault(row[by], []).append(row)
        return found

    def lines(self, policy: Row) -> Iterator[tuple[Key, Lines]]:
        """Every line of a policy that stands open or that the rules give."""
        living = [row for row in self.payments.get(policy["id"], []) if row["status"] != "cancelled"]
        living.sort(key=lambda row: (row["sequence"], row["id"]))
        commission = dict.fromkeys((row["id"] for row in living), Decimal(0))
        for key, pair in self._side("income", living, self._incomes(policy, living), self.incomes):
            if key.kind == "commission" and pair.now is not None:
                commission[key.payment_id] += pair.now["amount"]
            yield key, pair
        for row in (line for payment in living for line in self.incomes.get(payment["id"], [])):
            if row["kind"] == "commission" and not self._is_open(row):
                commission[row["payment_id"]] += row["amount"]
        yield from self._side("expense", living, self._expenses(policy, living, commission), self.expenses)

    def _is_open(self, row: Row) -> bool:
        return row["status"] == "expected" and row["origin"] in self.remade and row.get("reverses_id") is None

    def _side(
        self, side: str, living: list[Row], ruled: dict[Key, Row], standing: dict[Any, list[Row]]
    ) -> Iterator[tuple[Key, Lines]]:
        for payment in living:
            rows = standing.get(payment["id"], [])
            wanted = {key: row for key, row in ruled.items() if key.payment_id == payment["id"]}
            seen = set()
            for row in sorted((row for row in rows if self._is_open(row)), key=lambda row: row["id"]):
                key = Key(side, payment["id"], row["kind"], party(row) if side == "expense" else "")
                now = wanted.get(key) if key not in seen else None
                if now is None and row["origin"] == "import":
                    now = row
                seen.add(key)
                yield key, Lines(row, now)
            for key, now in wanted.items():
                same = [row for row in rows if row["kind"] == key.kind]
                shut = [row for row in same if side == "income" or party(row) == key.party or row["origin"] != "rule"]
                if key not in seen and self.missing and not shut:
                    yield key, Lines(None, now)

    def _incomes(self, policy: Row, living: list[Row]) -> dict[Key, Row]:
        agreement = self.by_id.get(policy["agreement_id"])
        own, found = policy["commission_percent"], {}
        amounts = [row["amount"] for row in living]
        for kind in ("commission", "bonus", "fee"):
            rule = self._best(policy, [r for r in self.all.commission_rules if r["kind"] == kind], SPECIFIC)
            is_own = kind == "commission" and own is not None
            if rule is None and not is_own:
                continue
            percent = own if is_own else self._tier(rule, policy)
            parts = [rounded(Fraction(amount) * Fraction(percent or 0) / 100) for amount in amounts]
            if not is_own and rule is not None:
                if rule["fixed_amount"] is not None and living:
                    parts = [a + b for a, b in zip(parts, spread(rule["fixed_amount"], amounts), strict=True)]
                if rule["minimum_amount"] is not None and sum(parts) < rule["minimum_amount"]:
                    parts = spread(rule["minimum_amount"], amounts)
            settlement = rule["settlement"] if rule else agreement["settlement"] if agreement else "after_act"
            for payment, amount in zip(living, parts, strict=True):
                day = payment["due_on"] if settlement == "withheld" else end_of_next_month(payment["due_on"])
                found[Key("income", payment["id"], kind, "")] = {
                    "amount": amount, "rate_percent": percent, "base_amount": payment["amount"],
                    "rule_id": None if is_own or rule is None else rule["id"], "settlement": settlement,
                    "vat_mode": self._vat(rule, agreement, day), "expected_on": day, "origin": "rule",
                }  # fmt: skip
        return {key: row for key, row in found.items() if row["amount"]}

    def _expenses(self, policy: Row, living: list[Row], commission: dict[Any, Decimal]) -> dict[Key, Row]:
        deal, found = self.by_id[policy["deal_id"]], {}
        amounts = [row["amount"] for row in living]
        for kind, name in {(rule["kind"], party(rule)) for rule in self.all.expense_rules}:
            same = [r for r in self.all.expense_rules if r["kind"] == kind and party(r) == name]
            rule = self._best(policy, same, SPECIFIC_SHARE)
            if rule is None or (kind == "executor_share" and deal["executor_id"] is None):
                continue
            fixed = spread(rule["fixed_amount"] or Decimal(0), amounts) if living else []
            for payment, more in zip(living, fixed, strict=True):
                base = commission[payment["id"]] if rule["share_of"] == "commission" else payment["amount"]
                amount = rounded(Fraction(base) * Fraction(rule["percent"] or 0) / 100) + more
                payee = {"seller_share": deal["seller_id"], "executor_share": deal["executor_id"]}.get(kind)
                found[Key("expense", payment["id"], kind, name)] = {
                    "amount": amount, "rate_percent": rule["percent"], "base_amount": base, "rule_id": rule["id"],
                    "payee_id": payee, "payee_name": rule["payee_name"], "origin": "rule",
                }  # fmt: skip
        return {key: row for key, row in found.items() if row["amount"]}

    def _best(self, policy: Row, rules: list[Row], names: tuple[str, ...]) -> Row | None:
        day = policy["sale_date"] or policy["starts_on"]
        fits = [r for r in rules if r["deleted_at"] is None and self._holds(r, policy, day)]
        ranked = sorted(fits, key=lambda r: str(r["id"]))
        ranked.sort(key=lambda r: r["starts_on"], reverse=True)
        for name in reversed(names):
            ranked.sort(key=lambda r: r[name] is None)
        ranked.sort(key=lambda r: sum(r[name] is not None for name in names), reverse=True)
        return ranked[0] if ranked else None

    def _holds(self, rule: Row, policy: Row, day: date) -> bool:
        need = self.by_id[policy["need_id"]]
        thing = self.by_id.get(need["insured_object_id"], {})
        place = thing.get("address") or self.by_id[policy["client_id"]]["address"]
        same = ("insurer_id", "agreement_id", "product_id", "is_renewal")
        return (
            rule["starts_on"] <= day <= (rule["ends_on"] or date.max)
            and all(rule.get(name) is None or rule[name] == policy[name] for name in same)
            and (rule["program"] is None or said(rule["program"]) == said(policy["program"]))
            and (rule.get("region") is None or said(rule["region"]) in said(place))
            and (rule.get("vehicle_category") is None or said(rule["vehicle_category"]) == said(thing.get("category")))
        )

    def _tier(self, rule: Row, policy: Row) -> Decimal | None:
        mine = [t for t in self.all.commission_tiers if t["rule_id"] == rule["id"] and t["deleted_at"] is None]
        reached = [t for t in mine if t["from_premium"] <= policy["premium"]]
        return max(reached, key=lambda t: t["from_premium"])["percent"] if reached else rule["percent"]

    def _vat(self, rule: Row | None, agreement: Row | None, day: date) -> str:
        for one in (rule, agreement):
            if one is not None and one["vat_mode"] is not None:
                return str(one["vat_mode"])
        if agreement is None:
            return "none"  # there are several own entities
        begun = [
            row
            for row in self.all.vat_periods
            if row["entity_id"] == agreement["entity_id"] and row["starts_on"] <= day and row["deleted_at"] is None
        ]
        if begun:
            return str(max(begun, key=lambda row: row["starts_on"])["mode"])
        return str(self.by_id[agreement["entity_id"]]["vat_mode"])


def party(row: Row) -> str:
    """Partners are told apart by name."""
    return row["payee_name"] or "" if row["kind"] == "partner_share" else ""
