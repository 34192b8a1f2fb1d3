"""A client, how to reach them, what they agreed to; who may be the same one, and how two become one."""

from models.client.record import Client, ClientContact, Consent

__all__ = ["Client", "ClientContact", "Consent"]
