"""The floor: the least that a server-rendered page can do in Python, on our own schema and rows."""
