"""A file of the bank as a test writes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

OWN = "40702810900000012345"
OTHER = "40702810500000054321"
INGOS_INN = "7705042179"
OUR_INN = "7707083893"


@dataclass(frozen=True)
class Paper:
    """One document of it: above zero it comes to us."""

    day: date
    amount: Decimal
    purpose: str = "Без назначения"
    name: str = "ООО «Ромашка»"
    inn: str = ""
    number: str = "1"
    account: str = OTHER

    @property
    def lines(self) -> list[str]:
        """As a bank writes it."""
        ends = ("Плательщик", "Получатель") if self.amount > 0 else ("Получатель", "Плательщик")
        theirs, ours = ends
        day = f"{self.day:%d.%m.%Y}"
        return [
            "СекцияДокумент=Платежное поручение",
            f"Номер={self.number}",
            f"Дата={day}",
            f"Сумма={abs(self.amount):.2f}",
            f"{theirs}Счет={self.account}",
            f"{theirs}={self.name}",
            f"{theirs}ИНН={self.inn}",
            f"{ours}Счет={OWN}",
            f"{ours}=ООО «Полис»",
            f"{ours}ИНН={OUR_INN}",
            f"{ours}БИК=044525225",
            f"{ours}Банк1=ПАО СБЕРБАНК",
            f"{'ДатаПоступило' if self.amount > 0 else 'ДатаСписано'}={day}",
            f"НазначениеПлатежа={self.purpose}",
            "КонецДокумента",
        ]


def written(papers: Iterable[Paper], *, turnover: tuple[str, str] | None = None) -> list[str]:
    """The lines of a whole file."""
    told = [f"ВсегоПоступило={turnover[0]}", f"ВсегоСписано={turnover[1]}"] if turnover else []
    return [
        *("1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", f"РасчСчет={OWN}"),
        *("СекцияРасчСчет", f"РасчСчет={OWN}", *told, "КонецРасчСчет"),
        *(line for paper in papers for line in paper.lines),
        "КонецФайла",
    ]


def encoded(papers: Iterable[Paper], encoding: str = "cp1251", **more: tuple[str, str]) -> bytes:
    """The same as bytes."""
    return "\r\n".join(written(papers, **more)).encode(encoding)
