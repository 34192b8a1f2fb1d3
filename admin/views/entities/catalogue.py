"""Own entities, insurers, agreements, products."""

from admin.views.base import Category, Child, View
from admin.views.entities.recalculations import TOUCHED
from models.catalogue import Agreement, Entity, Insurer, Product, VatPeriod
from models.texts import N_


class InsurerView(View):
    """Insurers and aggregators."""

    record = Insurer
    name, name_plural = N_("Insurer"), N_("Insurers")
    category, icon, order = Category.CATALOGUE, "building", 10
    columns = ("name", "kind", "inn", "phone", "website", "is_active")
    filters = ("kind", "is_active")
    default_sort = "name"
    children = (
        Child("agreement", "insurer_id"),
        Child("commission-rule", "insurer_id"),
        Child("arrear-terms", "insurer_id"),
    )


class ProductView(View):
    """Kinds of insurance with their terms."""

    record = Product
    name, name_plural = N_("Product"), N_("Products")
    category, icon, order = Category.CATALOGUE, "umbrella", 20
    columns = ("name", "slug", "object_kind", "review_lead_days", "instalment_lead_days", "default_plan", "is_active")
    filters = ("object_kind", "is_compulsory", "is_active")
    default_sort = "name"


class EntityView(View):
    """The brokerage's own legal entities."""

    record = Entity
    name, name_plural = N_("Own entity"), N_("Own entities")
    category, icon, order = Category.CATALOGUE, "building-skyscraper", 30
    columns = ("name", "inn", "vat_mode")
    filters = ("vat_mode",)
    default_sort = "name"
    children = (
        Child("vat-period", "entity_id", ("starts_on", "mode"), eager=True),
        Child("agreement", "entity_id"),
        TOUCHED._replace(by="entity_id", title=N_("Lines that differ")),
    )


class VatPeriodView(View):
    """VAT of own entities from a day on."""

    record = VatPeriod
    name, name_plural = N_("VAT period"), N_("VAT periods")
    category, icon = Category.CATALOGUE, "receipt-tax"
    columns = ("entity_id", "starts_on", "mode")
    filters = ("entity_id", "mode", "starts_on")
    default_sort = "starts_on"
    menu = False
    empty = N_("No periods yet: the entity's own mode holds. Add the day from which another one does.")


class AgreementView(View):
    """Agency agreements with insurers."""

    record = Agreement
    name, name_plural = N_("Agreement"), N_("Agreements")
    category, icon, order = Category.CATALOGUE, "signature", 40
    columns = ("number", "insurer_id", "entity_id", "starts_on", "ends_on", "settlement", "vat_mode")
    filters = ("insurer_id", "entity_id", "settlement", "vat_mode", "starts_on", "ends_on")
    default_sort = "number"
    strip = "parts/months_place.html"
    children = (Child("commission-rule", "agreement_id"), Child("statement", "agreement_id"))
