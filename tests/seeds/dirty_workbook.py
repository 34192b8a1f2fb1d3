"""Writes a made-up brokerage into a workbook with the dirt of real ones, and the truth beside it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from tests.seeds.dirty_world import TO_LATIN, Client, Policy, World, make_world

TITLES = {
    "name": ["ФИО / Наименование", "Клиент", "Наименование клиента", "Ф.И.О."],
    "kind": ["Тип", "Тип клиента", "Физ/юр"],
    "born": ["Дата рожд.", "Дата рождения", "Д.р."],
    "inn": ["ИНН", "ИНН клиента"],
    "phone": ["Телефон", "Тел.", "Моб. телефон"],
    "email": ["Эл. почта", "E-mail", "Почта"],
    "holder": ["Страхователь", "Клиент", "ФИО страхователя"],
    "insurer": ["Компания", "Страховщик", "СК", "Страховая компания"],
    "product": ["Вид", "Вид страхования", "Продукт"],
    "number": ["Серия/номер", "Номер полиса", "№ полиса", "Полис"],
    "sold": ["Дата продажи", "Дата заключения", "Дата оформления"],
    "start": ["Начало", "Дата начала", "Начало действия", "С"],
    "end": ["Окончание", "Дата окончания", "Конец действия", "По"],
    "premium": ["Премия, руб.", "Страховая премия", "Премия (руб)"],
    "rate": ["КВ, %", "% КВ", "Ставка КВ"],
    "policy": ["Полис", "№ полиса", "Договор", "Серия и номер полиса"],
    "n": ["№", "№ взноса", "Номер платежа"],
    "due": ["Дата (план)", "Плановая дата", "Срок оплаты"],
    "amount": ["Сумма (план)", "Сумма взноса", "К оплате"],
    "paid_on": ["Дата оплаты", "Дата факт. оплаты"],
    "paid": ["Оплачено", "Сумма оплачено", "Факт"],
    "commission": ["КВ получено", "Комиссия", "Вознаграждение, руб."],
    "commission_on": ["Дата КВ", "Дата комиссии"],
    "": ["Код 1С", "Служебное"],
}
SHEETS = {
    "clients": ["Клиенты", "База клиентов", "Страхователи"],
    "policies": ["Полисы", "Договоры", "Журнал"],
    "payments": ["Взносы", "Платежи", "График платежей"],
}
Records = list[tuple[str, dict[str, object]]]


def write_sample(folder: Path, seed: int) -> None:
    """portfolio.xlsx and truth.json of a small brokerage."""
    world = make_world(seed)
    folder.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(folder / "portfolio.xlsx")
    records = {"clients": _clients(world), "policies": _policies(world), "payments": _payments(world)}
    truth: dict[str, object] = {}
    for kind in world.dice.sample(list(records), 3):
        if world.dice.random() < 0.3:
            book.add_worksheet().write(0, 0, "Черновик")
        rows = _write(world.dice, book, world.dice.choice(SHEETS[kind]), records[kind])
        truth[kind] = {"rows": [{"row": row, "verdict": verdict} for row, verdict in rows]}
    book.close()
    truth["totals"] = _totals(world, records)
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False))


def _write(dice: random.Random, book: xlsxwriter.Workbook, name: str, records: Records) -> list[tuple[int, str]]:
    sheet, day = book.add_worksheet(name), book.add_format({"num_format": "dd.mm.yyyy"})
    fields = list(dict.fromkeys(field for _, cells in records for field in cells if field in TITLES))
    dice.shuffle(fields)
    fields.insert(dice.randint(0, len(fields)), "")
    at = dice.choice([0, 0, 2, 5])
    if at:
        sheet.merge_range(0, 0, 0, 3, f"{name} на 01.11.2026")
    for place, field in enumerate(fields):
        sheet.write(at, place, dice.choice(TITLES[field]))
    rows = []
    for verdict, cells in records:
        at += 1 if dice.random() > 0.06 else 2
        rows.append((at + 1, verdict))
        for place, field in enumerate(fields):
            value = cells.get(field, "")
            if isinstance(value, date):
                sheet.write_datetime(at, place, value, day)  # type: ignore[arg-type]
            elif value != "":
                sheet.write(at, place, value)
    sheet.write(at + 1, 0, dice.choice(["ИТОГО", "Итого:", "Всего"]))
    sheet.write_formula(at + 1, 2, "=SUM(C2:C9)", None, "")
    return rows


def _clients(world: World) -> Records:
    dice = world.dice
    rows: list[tuple[str, dict[str, object]]] = [
        (client.verdict, _client(dice, client, client.name)) for client in world.clients
    ]
    for client in dice.sample(world.clients, 6):
        rows.insert(dice.randint(0, len(rows)), ("duplicate", _client(dice, client, _misspelt(dice, client.name))))
    for _ in range(2):
        nobody = {"kind": "физ", "phone": "8" + client.phone, "name": dice.choice(["", "  ", "\u00a0", "—"])}
        rows.insert(dice.randint(0, len(rows)), ("no name", nobody))
    return rows


def _client(dice: random.Random, client: Client, name: str) -> dict[str, object]:
    wrong_inn = client.inn[:-1] + str((int(client.inn[-1]) + 3) % 10) if client.inn else "500100732258"
    wrong_day = dice.choice(["31.02.1985", "00.00.0000", "неизв.", date(2031, 5, 5), "12.13.1990"])
    return {
        "name": name,
        "kind": "юр" if client.company else "физ",
        "born": wrong_day if client.verdict == "bad birth date" else _day(dice, client.born) if client.born else "",
        "inn": wrong_inn if client.verdict == "bad inn" else _maybe_number(dice, client.inn),
        "phone": _phone(dice, client.phone),
        "email": client.email,
    }


def _policies(world: World) -> Records:
    dice = world.dice
    return [(policy.verdict, {
        "holder": dice.choice([str, str.upper, str.title, lambda name: name.replace("ё", "е") + " "])(policy.holder),
        "insurer": policy.insurer,
        "product": "ОСАГО",
        "number": _spelt(dice, policy),
        "sold": _day(dice, policy.start - timedelta(3)),
        "start": _day(dice, policy.start),
        "end": _day(dice, policy.end),
        "premium": _sum(dice, policy.premium),
        "rate": dice.choice([15, "15%", "15 %", 0.15]),
    }) for policy in world.policies]  # fmt: skip


def _payments(world: World) -> Records:
    dice = world.dice
    rows = []
    for policy in world.policies:
        if policy.verdict in ("no number", "duplicate number"):
            continue
        verdict = "ok" if policy.verdict == "ok" else "refused policy"
        for n, part in enumerate(policy.parts, start=1):
            rows.append((verdict, _payment(dice, policy, n, part)))
    stranger = Policy("", "", "ЕЕЕ", "9999999999", date(2026, 1, 1), date(2026, 1, 1), Decimal(1))
    rows.append(("unknown policy", _payment(dice, stranger, 1, Decimal("10.10"))))
    rows.append(("duplicate", dict(next(cells for verdict, cells in rows if verdict == "ok"))))
    return rows


def _payment(dice: random.Random, policy: Policy, n: int, part: Decimal) -> dict[str, object]:
    due = policy.start + timedelta(90 * (n - 1))
    cells: dict[str, object] = {
        "policy": _spelt(dice, policy),
        "n": n,
        "due": _day(dice, due),
        "amount": _sum(dice, part),
    }
    if dice.random() < 0.7:
        cells |= {"paid_on": _day(dice, due), "paid": _sum(dice, part)}
        if dice.random() < 0.7:
            commission = (part * 15 / 100).quantize(Decimal("0.01"))
            cells |= {"commission": _sum(dice, commission), "commission_on": _day(dice, due), "_commission": commission}
    return cells


def _totals(world: World, records: dict[str, Records]) -> dict[str, object]:
    verdicts = [verdict for verdict, _ in records["clients"]]
    taken = [policy for policy in world.policies if policy.verdict == "ok"]
    paid = [cells for verdict, cells in records["payments"] if verdict == "ok"]
    commissions = [cells["_commission"] for cells in paid if "_commission" in cells]
    return {
        "clients": len(world.clients),
        "warned": sum(verdict.startswith("bad") for verdict in verdicts),
        "duplicates": verdicts.count("duplicate"),
        "refused_clients": verdicts.count("no name"),
        "policies": len(taken),
        "refused_policies": len(world.policies) - len(taken),
        "premium": str(sum((policy.premium for policy in taken), Decimal("0.00"))),
        "payments": len(paid),
        "paid": sum("paid" in cells for cells in paid),
        "kv_received": str(sum(commissions, Decimal("0.00"))),
    }


def _misspelt(dice: random.Random, name: str) -> str:
    ways: list[Callable[[], str]] = [lambda: f"  {name.upper()} ", lambda: name.replace(" ", "\u00a0 ")]
    if "ё" in name:
        ways.append(lambda: name.replace("ё", "е"))
    return dice.choice(ways)()


def _spelt(dice: random.Random, policy: Policy) -> object:
    series, number = policy.series, policy.number
    if not number:
        return dice.choice(["", "б/н", "-"])
    if not series:
        return dice.choice([number, f"№{number}", int(number), f"  {number}"])
    latin = series.translate(TO_LATIN)
    return dice.choice([
        f"{series} {number}", f"{series}{number}", f"{series}-{number}", f"{series} № {number}", f"{latin} {number}",
        f"{latin}{number[:4]} {number[4:]}", f"{series.lower()}  {number}", f"{series} {int(number)}",
    ])  # fmt: skip


def _phone(dice: random.Random, ten: str) -> object:
    a, b, c, d = ten[:3], ten[3:6], ten[6:8], ten[8:]
    return dice.choice(
        [f"+7{ten}", f"8{ten}", f"8 ({a}) {b}-{c}-{d}", f"{a}-{b}-{c}{d}", f"+7 {a} {b} {c} {d}", int("7" + ten)]
    )


def _maybe_number(dice: random.Random, digits: str) -> object:
    return int(digits) if digits and dice.random() < 0.4 else digits


def _day(dice: random.Random, day: date) -> object:
    return dice.choice([day, f"{day:%d.%m.%Y}", f"{day:%d.%m.%Y} ", f"{day:%d/%m/%Y}", (day - date(1899, 12, 30)).days])


def _sum(dice: random.Random, amount: Decimal) -> object:
    spelt = f"{amount:,.2f}".replace(".", ",").replace(",", "\u00a0", f"{amount:,.2f}".count(","))
    return dice.choice(
        [float(amount), spelt, spelt.replace("\u00a0", " ") + " руб.", f"{amount:.2f}".replace(".", ",")]
    )
