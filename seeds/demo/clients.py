"""Who the demo brokerage serves and what they have to insure. Nobody here is real."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from models.choices import ClientKind, ObjectKind


class ClientSeed(NamedTuple):
    """A client; `seller` is who entered them."""

    name: str
    seller: str
    phone: str
    kind: ClientKind = ClientKind.PERSON
    birth_date: date | None = None
    inn: str | None = None
    source: str = "Рекомендация"


class ThingSeed(NamedTuple):
    """An insured object of a client: what its own columns say, and who drives it or is insured by it."""

    kind: ObjectKind
    title: str
    told: dict[str, object]
    people: tuple[tuple[str, date, str], ...] = ()
    """Name, birth date, and a driver's licence where there is one."""


P, E, C = ClientKind.PERSON, ClientKind.ENTREPRENEUR, ClientKind.COMPANY
V, K = ObjectKind.VEHICLE, ObjectKind

CLIENTS = {
    "kuznetsova": ClientSeed("Кузнецова Мария Андреевна", "anna", "+79161234501", P, date(1987, 3, 14)),
    "sokolov": ClientSeed("Соколов Дмитрий Игоревич", "anna", "+79161234502", P, date(1979, 11, 2), source="Сайт"),
    "fedorov": ClientSeed("Фёдоров Илья Петрович", "anna", "+79161234503", P, date(1991, 6, 30)),
    "morozova": ClientSeed("Морозова Анна Викторовна", "anna", "+79161234504", P, date(1983, 1, 22)),
    "volkov": ClientSeed("Волков Сергей Николаевич", "anna", "+79161234505", P, date(1972, 9, 8), source="Звонок"),
    "lebedeva": ClientSeed("Лебедева Ольга Юрьевна", "anna", "+79161234506", P, date(1995, 12, 5)),
    "egorov": ClientSeed("Егоров Максим Олегович", "anna", "+79161234507", P, date(1988, 4, 17)),
    "pavlova": ClientSeed("Павлова Екатерина Сергеевна", "anna", "+79161234508", P, date(1990, 7, 11), source="Сайт"),
    "stepanov": ClientSeed("Степанов Артём Дмитриевич", "anna", "+79161234509", P, date(1985, 2, 27)),
    "orlova": ClientSeed("Орлова Наталья Павловна", "anna", "+79161234510", P, date(1968, 10, 19)),
    "zakharov": ClientSeed("Захаров Никита Алексеевич", "anna", "+79161234511", P, date(1993, 5, 3)),
    "nikitina": ClientSeed(
        "ИП Никитина Светлана Ивановна", "anna", "+79161234512", E, date(1976, 8, 15), "771234567859"
    ),
    "vektor": ClientSeed("ООО «Вектор Логистик»", "anna", "+74951234513", C, inn="7712345671", source="Партнёр"),
    "medlux": ClientSeed("ООО «Медлюкс»", "anna", "+74951234514", C, inn="7723456782"),
    "stroy": ClientSeed("АО «СтройАльянс»", "anna", "+74951234515", C, inn="7734567893", source="Партнёр"),
    "grigoriev": ClientSeed("Григорьев Павел Константинович", "vera", "+79031234516", P, date(1981, 12, 30)),
    "romanova": ClientSeed("Романова Юлия Михайловна", "vera", "+79031234517", P, date(1992, 2, 9)),
    "vorobiev": ClientSeed("Воробьёв Андрей Валерьевич", "vera", "+79031234518", P, date(1975, 5, 25), source="Сайт"),
    "kiseleva": ClientSeed("Киселёва Дарья Романовна", "vera", "+79031234519", P, date(1998, 9, 1)),
    "belov": ClientSeed("Белов Тимур Рустамович", "vera", "+79031234520", P, date(1986, 3, 6)),
    "kovaleva": ClientSeed("Ковалёва Ирина Борисовна", "vera", "+79031234521", P, date(1970, 7, 20)),
    "tarasov": ClientSeed("Тарасов Георгий Львович", "vera", "+79031234522", P, date(1964, 11, 12), source="Звонок"),
    "agro": ClientSeed("ООО «Агро-Восток»", "vera", "+78431234523", C, inn="1655123453"),
    "lider": ClientSeed("ООО «Лидер Авто»", "vera", "+78431234524", C, inn="1656234565", source="Партнёр"),
    "filippov": ClientSeed("ИП Филиппов Роман Олегович", "vera", "+79031234525", E, date(1989, 4, 4), "165712345615"),
}

THINGS = {
    "tiggo": ThingSeed(
        V,
        "Chery Tiggo 7 Pro, А312КМ797",
        {"brand": "Chery", "model": "Tiggo 7 Pro", "plate": "А312КМ797", "vin": "LVVDB21B9PD312797", "year": 2023},
        (("Кузнецова Мария Андреевна", date(1987, 3, 14), "9911 123401"),),
    ),
    "camry": ThingSeed(
        V,
        "Toyota Camry, В450ОР77",
        {"brand": "Toyota", "model": "Camry", "plate": "В450ОР77", "vin": "XW7BF4FK30S450077", "year": 2019},
        (
            ("Соколов Дмитрий Игоревич", date(1979, 11, 2), "9912 123402"),
            ("Соколова Вера Ильинична", date(1982, 1, 9), "9915 223402"),
        ),
    ),
    "vesta": ThingSeed(
        V,
        "Lada Vesta, Е118НТ716",
        {"brand": "Lada", "model": "Vesta", "plate": "Е118НТ716", "vin": "XTAGFL110MY118716", "year": 2021},
        (("Фёдоров Илья Петрович", date(1991, 6, 30), "9913 123403"),),
    ),
    "sportage": ThingSeed(
        V,
        "Kia Sportage, М707ЕУ799",
        {"brand": "Kia", "model": "Sportage", "plate": "М707ЕУ799", "vin": "XWEPH81BDP0707799", "year": 2022},
        (("Волков Сергей Николаевич", date(1972, 9, 8), "9914 123405"),),
    ),
    "octavia": ThingSeed(
        V,
        "Skoda Octavia, Н221СА150",
        {"brand": "Skoda", "model": "Octavia", "plate": "Н221СА150", "vin": "XW8AN4NX8LH221150", "year": 2020},
        (("Степанов Артём Дмитриевич", date(1985, 2, 27), "9916 123409"),),
    ),
    "fleet": ThingSeed(
        V,
        "КамАЗ-54901, Т054ХК797",
        {
            "brand": "КамАЗ",
            "model": "54901",
            "plate": "Т054ХК797",
            "vin": "XTC549015N2054797",
            "year": 2022,
            "category": "C",
        },
    ),
    "jolion": ThingSeed(
        V,
        "Haval Jolion, С633МЕ16",
        {"brand": "Haval", "model": "Jolion", "plate": "С633МЕ16", "vin": "XZGFF06A8NA633016", "year": 2022},
        (("Григорьев Павел Константинович", date(1981, 12, 30), "9917 123416"),),
    ),
    "polo": ThingSeed(
        V,
        "Volkswagen Polo, У904АВ116",
        {"brand": "Volkswagen", "model": "Polo", "plate": "У904АВ116", "vin": "XW8ZZZCKZLG904116", "year": 2020},
        (("Романова Юлия Михайловна", date(1992, 2, 9), "9918 123417"),),
    ),
    "flat": ThingSeed(
        K.PROPERTY, "Квартира, ул. Лесная, 12–45", {"address": "г. Москва, ул. Лесная, д. 12, кв. 45", "area": "61.40"}
    ),
    "house": ThingSeed(
        K.PROPERTY, "Дом в посёлке Сосны", {"address": "Московская обл., пос. Сосны, д. 8", "area": "148.00"}
    ),
    "store": ThingSeed(
        K.PROPERTY, "Склад на ул. Техническая", {"address": "г. Казань, ул. Техническая, д. 30", "area": "1240.00"}
    ),
    "loan": ThingSeed(
        K.MORTGAGE,
        "Кредит в Сбербанке",
        {
            "bank": "ПАО Сбербанк",
            "loan_number": "92517401",
            "beneficiary": "ПАО Сбербанк",
            "address": "г. Москва, ул. Полярная, д. 4, кв. 118",
        },
    ),
    "loan-vtb": ThingSeed(
        K.MORTGAGE,
        "Кредит в ВТБ",
        {
            "bank": "Банк ВТБ (ПАО)",
            "loan_number": "623/1054-000771",
            "beneficiary": "Банк ВТБ (ПАО)",
            "address": "г. Казань, ул. Чистопольская, д. 61, кв. 9",
        },
    ),
    "staff": ThingSeed(
        K.PERSONS,
        "Сотрудники клиники",
        {"note": "Список обновляется раз в квартал"},
        (
            ("Ильина Тамара Петровна", date(1980, 5, 5), ""),
            ("Громов Олег Сергеевич", date(1990, 8, 21), ""),
            ("Шарова Инна Львовна", date(1994, 3, 3), ""),
        ),
    ),
    "trip": ThingSeed(K.TRIP, "Турция, 14 дней", {"country": "Турция"}),
    "family": ThingSeed(K.PERSONS, "Семья Павловых", {}, (("Павлов Лев Антонович", date(2015, 6, 1), ""),)),
}
