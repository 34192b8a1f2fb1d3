"""Issuing a policy: what will come of it before it is saved, and whether its number is taken."""
