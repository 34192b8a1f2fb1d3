"""A deal: one client's matter, from the first call to the next renewal."""

from models.deal.journal import JournalEntry
from models.deal.need import Need
from models.deal.people import DealParticipant
from models.deal.record import Deal
from models.deal.steps import DealStep

__all__ = ["Deal", "DealParticipant", "DealStep", "JournalEntry", "Need"]
