"""Bringing a brokerage's old workbook in: upload, verdicts, writing, result."""
