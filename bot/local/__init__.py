"""A local Bot API server: the real protocol over HTTP, for tests and for trying the bot without Telegram."""
