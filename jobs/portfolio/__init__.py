"""Reading a brokerage's old workbook: clients, policies, instalments."""

from jobs.portfolio.clients import Client
from jobs.portfolio.payments import Payment
from jobs.portfolio.policies import Policy
from jobs.portfolio.portfolio import Portfolio, read_portfolio
from jobs.portfolio.verdicts import Verdict, totals, verdicts_json

__all__ = [
    "Client",
    "Payment",
    "Policy",
    "Portfolio",
    "Verdict",
    "read_portfolio",
    "totals",
    "verdicts_json",
]
