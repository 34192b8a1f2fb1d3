"""How fast the panel is beside a floor that does the same by hand."""
