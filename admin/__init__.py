"""The gateway: panel, API, streams and webhooks."""
