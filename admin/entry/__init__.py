"""Entering calculations quickly: one after another while somebody dictates, or a block pasted from a workbook."""
