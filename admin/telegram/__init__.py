"""Telegram in the panel: linking one's chat, and the webhook by which updates come in."""
