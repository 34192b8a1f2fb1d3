"""The page of a client, duplicates of clients, and how two become one."""
