"""Files of banks are read whole, whatever the bank does to them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.bank import read_exchange
from models.errors import Invalid
from models.names import tidy
from tests.jobs.bank.paper import INGOS_INN, OTHER, OWN, Paper, encoded, written

DAY = date(2026, 8, 14)
TEXTS = st.text('абвГДЕё №=;:"«»/-.,0123456789АаZz', min_size=1, max_size=60).map(tidy).filter(bool)
PAPERS = st.builds(
    Paper,
    day=st.integers(0, 4000).map(lambda n: date(2020, 1, 1) + timedelta(days=n)),
    amount=st.integers(1, 10**13).map(lambda n: Decimal(n) / 100).flatmap(lambda a: st.sampled_from((a, -a))),
    purpose=TEXTS,
    name=TEXTS,
    number=st.integers(1, 10**6).map(str),
)


@given(papers=st.lists(PAPERS, max_size=6), encoding=st.sampled_from(("cp1251", "utf-8", "utf-8-sig", "utf-16")))
def test_what_is_written_is_read(papers: list[Paper], encoding: str) -> None:
    read = read_exchange(encoded(papers, encoding))
    assert [(m.day, m.amount, m.number) for m in read.movements] == [(p.day, p.amount, p.number) for p in papers]
    assert [m.purpose for m in read.movements] == [p.purpose for p in papers]
    assert list(read.accounts) == [OWN]
    assert read.skipped == []


@given(content=st.binary(max_size=400))
def test_anything_else_is_refused_or_read_but_never_breaks(content: bytes) -> None:
    for bytes_ in (content, b"1CClientBankExchange\r\n" + content):
        try:
            read_exchange(bytes_)
        except Invalid:
            continue


@given(lost=st.sets(st.integers(0, 60)))
def test_lines_may_be_missing(lost: set[int]) -> None:
    lines = written([Paper(DAY, Decimal("10.50")), Paper(DAY, Decimal(-3)), Paper(DAY, Decimal(7))])
    kept = [line for n, line in enumerate(lines) if n not in lost or n == 0]
    read = read_exchange("\n".join(kept).encode("cp1251"))
    assert len(read.movements) + len(read.skipped) <= 6


def test_dirt_is_cleaned() -> None:
    text = f"""1CClientBankExchange
 Кодировка = Windows
секциярасчсчет
 расчсчет = {OWN[:5]} {OWN[5:]}
СекцияДокумент=Банковский ордер
НОМЕР=77
Дата=14.08.26
Сумма=1 234 567,8
ПлательщикСчет={OTHER}
Плательщик=ИНН {INGOS_INN} СПАО «Ингосстрах»
ПолучательСчет={OWN}
ДатаПоступило=15.08.2026
НазначениеПлатежа=Вознаграждение агента
по акту = 12 за июль
СекцияДокумент=Платежное поручение
Номер=78
Сумма=ноль
ПлательщикСчет={OWN}
СекцияДокумент=Платежное поручение
Номер=79
Дата=14.08.2026
Сумма=5.00
ПлательщикСчет={OTHER}
ПолучательСчет={OTHER[::-1]}"""
    read = read_exchange(text.encode("cp1251"))
    (one,) = read.movements
    assert (one.amount, one.day, one.document_on) == (Decimal("1234567.80"), date(2026, 8, 15), DAY)
    assert (one.inn, one.name) == (INGOS_INN, "СПАО «Ингосстрах»")
    assert one.purpose == "Вознаграждение агента по акту = 12 за июль"
    assert [str(text) for text in read.skipped] == [
        "№ 78 of —: no sum",
        "№ 79 of 14.08.2026: neither account is one of the file",
    ]


@pytest.mark.parametrize("inn", ["7705042178", "123", "77050421790", "не указан"])
def test_a_wrong_inn_is_not_believed(inn: str) -> None:
    (one,) = read_exchange(encoded([Paper(DAY, Decimal(5), inn=inn)])).movements
    assert one.inn == ""
    assert one.has_bad_inn == inn.isdigit()
    (good,) = read_exchange(encoded([Paper(DAY, Decimal(5), inn=INGOS_INN)])).movements
    assert (good.inn, good.has_bad_inn) == (INGOS_INN, False)


def test_dos_is_read_too_and_what_is_no_such_file_is_refused() -> None:
    lines = [line.replace("Windows", "DOS") for line in written([Paper(DAY, Decimal(5), "Премия")])]
    (one,) = read_exchange("\r\n".join(lines).encode("cp866", "replace")).movements
    assert one.purpose == "Премия"
    for other in (b"", b"\x00\x01", "Дата;Сумма\n1;2".encode()):
        with pytest.raises(Invalid):
            read_exchange(other)


def test_the_turnover_that_the_bank_tells_is_compared() -> None:
    papers = [Paper(DAY, Decimal(100)), Paper(DAY, Decimal(-30))]
    assert read_exchange(encoded(papers, turnover=("100.00", "30.00"))).differences() == []
    told = read_exchange(encoded(papers, turnover=("150.00", "30.00"))).differences()
    assert told == [(OWN, Decimal(150), Decimal(100))]


def test_a_transfer_between_own_accounts_goes_and_comes() -> None:
    lines = written([Paper(DAY, Decimal(-9), account=OTHER)])
    lines[4:4] = ["СекцияРасчСчет", f"РасчСчет={OTHER}", "КонецРасчСчет"]
    went, came = read_exchange("\n".join(lines).encode()).movements
    assert (went.account, went.amount, came.account, came.amount) == (OWN, -9, OTHER, 9)
    assert went.other_is_own and came.other_is_own
