"""Insurers' statements: files are dropped, columns mapped, lines decided on, what is decided posted."""
