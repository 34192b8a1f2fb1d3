"""Variants of a deal side by side: compared and chosen by staff, and as a sheet for the client without commissions."""
