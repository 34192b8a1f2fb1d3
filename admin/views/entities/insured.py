"""What is insured: vehicles, properties, loans, persons."""

from admin.views.base import Category, Child, View
from models.insured import Driver, InsuredObject, InsuredPerson, LoanBalance
from models.texts import N_


class InsuredObjectView(View):
    """Vehicles by plate and VIN, properties by address."""

    record = InsuredObject
    name, name_plural = N_("Insured object"), N_("Insured objects")
    category, icon, order = Category.WORK, "car", 70
    columns = ("title", "kind", "client_id", "plate", "vin", "year", "address")
    filters = ("kind", "client_id", "year", "bank", "created_at")
    default_sort = "title"
    children = (
        Child("need", "insured_object_id"),
        Child("driver", "insured_object_id"),
        Child("insured-person", "insured_object_id"),
        Child("loan-balance", "insured_object_id"),
    )


class DriverView(View):
    """Drivers with their bonus-malus."""

    record = Driver
    name, name_plural = N_("Driver"), N_("Drivers")
    category, icon = Category.WORK, "steering-wheel"
    columns = ("name", "client_id", "insured_object_id", "birth_date", "licence", "kbm", "kbm_on")
    filters = ("client_id", "insured_object_id", "kbm")
    default_sort = "name"
    menu = False


class InsuredPersonView(View):
    """People on lists of medical and accident insurance."""

    record = InsuredPerson
    name, name_plural = N_("Insured person"), N_("Insured persons")
    category, icon = Category.WORK, "users-group"
    columns = ("name", "client_id", "insured_object_id", "birth_date", "joined_on", "left_on")
    filters = ("client_id", "insured_object_id", "joined_on", "left_on")
    default_sort = "name"
    menu = False


class LoanBalanceView(View):
    """Debts of mortgages by date."""

    record = LoanBalance
    name, name_plural = N_("Loan balance"), N_("Loan balances")
    category, icon = Category.WORK, "building-bank"
    columns = ("as_of", "client_id", "insured_object_id", "balance")
    filters = ("client_id", "as_of", "balance")
    default_sort = "-as_of"
    menu = False
