"""Reading a brokerage's old workbook: clients, policies, instalments."""

from seeds.portfolio.clients import Client
from seeds.portfolio.payments import Payment
from seeds.portfolio.policies import Policy
from seeds.portfolio.portfolio import Portfolio, read_portfolio
from seeds.portfolio.verdicts import Verdict, totals, verdicts_json

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
