"""Lists: one statement builder for the rows, their count, the export and bulk choices."""
