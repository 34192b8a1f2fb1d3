"""The bank: files brought in, what each operation is, confirming it."""
