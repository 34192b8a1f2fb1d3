"""Clients, how to reach them, and what they agreed to."""

from admin.views.base import Category, Child, View
from admin.views.entities.documents import files_by
from models.client import Client, ClientContact, Consent
from models.texts import N_


class ClientView(View):
    """People and companies, by name."""

    record = Client
    name, name_plural = N_("Client"), N_("Clients")
    category, icon, order = Category.WORK, "user-heart", 20
    columns = ("name", "kind", "phone", "email", "inn", "birth_date", "created_at")
    filters = ("kind", "birth_date", "phone", "email", "source", "created_by_id", "created_at")
    default_sort = "name"
    search = "crm.search_clients"
    facts = ("phone", "email", "birth_date", ("inn", "kpp"), "passport", "address", "source", "note")
    labels = {"name": N_("Full name or company"), "created_by_id": N_("Entered by")}
    verb_pages = {"merge": "/admin/clients/{key}/merge"}
    form_assets = ("js/likeness.js",)
    children = (
        Child("deal", "client_id"),
        Child("policy", "client_id"),
        Child("insured-object", "client_id"),
        Child("client-contact", "client_id"),
        Child("consent", "client_id"),
        files_by("client_id"),
    )
    empty = N_("No clients yet. Create the first one; a deal can be made from the client's page.")


class ClientContactView(View):
    """Other phones, addresses and people."""

    record = ClientContact
    name, name_plural = N_("Contact"), N_("Contacts")
    category, icon = Category.WORK, "address-book"
    columns = ("client_id", "kind", "value", "name", "note")
    filters = ("kind", "client_id")
    default_sort = "value"
    menu = False


class ConsentView(View):
    """Consents to the processing of personal data."""

    record = Consent
    name, name_plural = N_("Consent"), N_("Consents")
    category, icon, order = Category.WORK, "shield-check", 95
    columns = ("client_id", "purpose", "text_version", "channel", "given_at", "withdrawn_at")
    filters = ("channel", "client_id", "given_at", "withdrawn_at")
    default_sort = "-given_at"
    menu = False
