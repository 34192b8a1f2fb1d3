"""The titles under which brokerages keep clients, policies and instalments in their workbooks.

A title goes to the first column of its layout that fits, so what is said more exactly stands first.
"""

from __future__ import annotations

import re

from jobs.portfolio.columns import Column, Layout
from models.texts import N_

_COMMISSION = r"\bкв\b|\bав\b|комисс|вознагр"


def _column(field: str, titles: str, label: str = "") -> Column:
    return Column(field, re.compile(titles), label)


CLIENTS = Layout(
    N_("Clients"),
    re.compile("клиент|страховател|контрагент|clients"),
    (
        _column("inn", r"\bинн\b|\binn\b"),
        _column("born", r"рожд|\bд ?р\b|birth"),
        _column("phone", r"телеф|\bтел\b|мобил|сотов|phone"),
        _column("email", r"почт|\be ?mail\b|имейл"),
        _column("surname", r"^фамилия$"),
        _column("given_name", r"^имя$"),
        _column("patronymic", r"^отчество$"),
        _column("note", r"примеч|коммент|заметк"),
        _column("kind", r"^(тип|вид|статус)\b|^физ( лицо)? юр|^лицо$|^ф ю"),
        _column("_ignored", r"^(код|id|№|номер|дата|менеджер|продавец|адрес|паспорт|источник)\b"),
        _column(
            "name", r"\bфио\b|\bф и о\b|наименов|назван|клиент|контрагент|страховател|фамилия|^имя|^name$", N_("Name")
        ),
    ),
    single_cell_is_heading=False,
)

POLICIES = Layout(
    N_("Policies"),
    re.compile("^(полис|договор)|журнал|policies"),
    (
        _column("previous", r"предыд|прежн|пролонг|прошл"),
        _column("sold_on", r"продаж|оформл|заключ|выдач|выписк|^дата( полиса| договора)?$"),
        _column("starts_on", r"начал|действует с\b|^с$|вступ", N_("Start")),
        _column("ends_on", r"оконч|конец|заверш|действует (по|до)\b|^(по|до)$|истека", N_("End")),
        _column("plan", r"рассроч|порядок оплаты|график|кол\w* (взнос|платеж)|вариант оплаты"),
        _column("commission_percent", rf"(?=.*(%|ставк|процент))(?=.*({_COMMISSION}|ставк))"),
        _column("_commission", _COMMISSION),
        _column("premium", r"преми|стоимост", N_("Premium")),
        _column("sum_insured", r"страх\w* сумм|сумма страх|^с ?с$|лимит"),
        _column("series", r"^серия( полиса| договора)?$"),
        _column("_contact", r"телеф|почт|\bинн\b|рожд|адрес|статус|примеч|коммент"),
        _column("holder", r"страховател|клиент|\bфио\b|\bф и о\b|наименов", N_("Policyholder")),
        _column("insurer", r"страховщик|компани|^ск$|^страховая", N_("Insurer")),
        _column("product", r"^вид|продукт|программ|^риск|^тип"),
        _column("seller", r"продав|менедж|агент"),
        _column("executor", r"исполнит|оформител|куратор"),
        _column("number", r"номер (полис|договор)|полис|договор|серия|^номер$|^№$", N_("Policy number")),
        _column("insured_object", r"объект|\bтс\b|\bvin\b|\bвин\b|автомоб|имуществ|машин"),
    ),
)

PAYMENTS = Layout(
    N_("Instalments"),
    re.compile("взнос|платеж|рассроч|график|оплат|payments"),
    (
        _column("_rate", rf"(?=.*(%|ставк|процент))(?=.*({_COMMISSION}|ставк))"),
        _column("commission_on", rf"(?=.*\bдата)(?=.*({_COMMISSION}))"),
        _column("commission", _COMMISSION),
        _column("paid_on", r"(?=.*\b(дата|когда))(?!.*план)(?=.*(оплат|оплач|факт|поступ))|^(оплачен|уплачен)\w* дата"),
        _column(
            "sequence", r"(№|номер) (взнос|платеж)|(взнос|платеж)\w* №|^(№|n|номер)( п п)?$|^п п$|порядков|очередн"
        ),
        _column("due_on", r"\bдата|срок|оплатить до|уплатить до", N_("Planned date")),
        _column("paid", r"оплачен|уплачен|факт|поступ"),
        _column("amount", r"сумма|к оплате|платеж|взнос|начислен|преми|план", N_("Planned sum")),
        _column("series", r"^серия( полиса| договора)?$"),
        _column("_holder", r"страховател|клиент|\bфио\b|компани|страховщик|примеч|коммент"),
        _column("policy", r"полис|договор|серия", N_("Policy")),
    ),
)
