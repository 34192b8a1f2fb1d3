"""A made-up brokerage's clients and policies with known truth, made without the code under test."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

SURNAMES = ["Ёлкин", "Берёзкин", "Соснин", "Грачёв", "Журавлёв", "Дубов", "Ивушкин", "Кленов", "Рябинин", "Воробьёв"]
GIVEN = ["Семён", "Фёдор", "Илья", "Глеб", "Лев", "Егор", "Матвей", "Артём", "Захар", "Юлий"]
PATRONYMICS = ["Ильич", "Глебович", "Львович", "Егорович", "Матвеевич", "Захарович", "Юльевич"]
FIRMS = ["Созвездие", "Комета", "Зелёный Луч", "Орбита", "Квазар", "Северный Ветер"]
INSURERS = ["Ромашка-Полис", "Маяк", "СК Гранит"]
SERIES = ["ХХХ", "ТТТ", "ААС", "МТ", "017АС", "АМ", ""]
TO_LATIN = str.maketrans("АВСЕНКМОРТХ", "ABCEHKMOPTX")


@dataclass
class Client:
    name: str
    company: bool
    born: date | None
    inn: str
    phone: str
    email: str
    verdict: str = "ok"


@dataclass
class Policy:
    holder: str
    insurer: str
    series: str
    number: str
    start: date
    end: date
    premium: Decimal
    verdict: str = "ok"
    parts: list[Decimal] = field(default_factory=list)


@dataclass
class World:
    dice: random.Random
    clients: list[Client]
    policies: list[Policy]


def make_world(seed: int, persons: int = 18, firms: int = 6, policies: int = 30) -> World:
    dice = random.Random(seed)
    names = [f"{a} {b} {c}" for a in SURNAMES for b in GIVEN for c in PATRONYMICS]
    chosen = dice.sample(names, persons)
    clients = [_person(dice, name) for name in chosen] + [_firm(dice, n) for n in range(firms)]
    clients += [_person(dice, name) for name in chosen[:2]]
    dice.shuffle(clients)
    namesakes = set(chosen[:2])
    spoilt = dice.sample([client for client in clients if not client.company and client.name not in namesakes], 4)
    for client, verdict in zip(spoilt, ["bad inn", "bad inn", "bad birth date", "bad birth date"], strict=True):
        client.verdict = verdict
    world = World(dice, clients, [_policy(dice, dice.choice(clients)) for _ in range(policies)])
    _spoil_policies(world, namesakes)
    return world


def inn(dice: random.Random, length: int, right: bool = True) -> str:
    """An INN by the definition of its control digits; a wrong one differs in the last."""
    body = f"{dice.randint(1, 92):02}" + "".join(
        dice.choice("0123456789") for _ in range(length - (4 if length == 12 else 3))
    )
    for weights in ([[2, 4, 10, 3, 5, 9, 4, 6, 8]] if length == 10 else [
        [7, 2, 4, 10, 3, 5, 9, 4, 6, 8], [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]
    ]):  # fmt: skip
        body += str(sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11 % 10)
    return body if right else body[:-1] + str((int(body[-1]) + dice.randint(1, 9)) % 10)


def _person(dice: random.Random, name: str) -> Client:
    born = date(1945, 1, 1) + timedelta(dice.randrange(22000))
    return Client(name, False, born, inn(dice, 12) if dice.random() < 0.5 else "", _phone(dice), _email(dice))


def _firm(dice: random.Random, n: int) -> Client:
    return Client(f'ООО "{FIRMS[n % len(FIRMS)]}-{n}"', True, None, inn(dice, 10), _phone(dice), _email(dice))


def _phone(dice: random.Random) -> str:
    return "9" + "".join(dice.choice("0123456789") for _ in range(9))


def _email(dice: random.Random) -> str:
    return f"box{dice.randrange(10**9)}@example.org" if dice.random() < 0.5 else ""


def _policy(dice: random.Random, client: Client) -> Policy:
    start = date(2025, 1, 1) + timedelta(dice.randrange(600))
    premium = Decimal(dice.randrange(50_000, 30_000_000)) / 100
    count = dice.choice([1, 1, 2, 4])
    share = (premium / count).quantize(Decimal("0.01"))
    parts = [share] * (count - 1) + [premium - share * (count - 1)]
    digits = dice.choice("0123") + "".join(dice.choice("0123456789") for _ in range(9))
    end = start + timedelta(dice.choice([0, 20, 364]))
    return Policy(client.name, dice.choice(INSURERS), dice.choice(SERIES), digits, start, end, premium, parts=parts)


def _spoil_policies(world: World, namesakes: set[str]) -> None:
    dice = world.dice
    plain = [policy for policy in world.policies if policy.holder not in namesakes]
    for policy in world.policies:
        if policy.holder in namesakes:
            policy.verdict = "ambiguous client"
    faults = dice.sample(plain[1:], 5)
    faults[0].number, faults[0].series, faults[0].verdict = "", "", "no number"
    faults[1].end, faults[1].verdict = faults[1].start - timedelta(dice.randint(1, 40)), "end before start"
    faults[2].premium, faults[2].verdict = -faults[2].premium, "negative premium"
    faults[3].holder, faults[3].verdict = "Незнакомцев Никто Никтович", "unknown client"
    first = plain[0]
    faults[4].insurer, faults[4].series, faults[4].number = first.insurer, first.series, first.number
    faults[4].verdict = "duplicate number"
