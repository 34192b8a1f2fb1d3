"""Alembic, with roles, policies and triggers in readable SQL files."""
