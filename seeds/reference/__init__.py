"""What every brokerage starts with: roles, insurers, products, task kinds. Safe to repeat."""
