"""The words of notifications: how they will look, before they are saved."""
