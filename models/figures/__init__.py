"""Figures of the brokerage, as sets: what each picture shows. Row policies say of whose deals."""
