"""The command palette: any record, page and verb by a few letters."""
