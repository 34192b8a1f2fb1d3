"""Catalogues of translations; `python -m admin.locale` (or `make messages`) brings them up to date with the source."""
