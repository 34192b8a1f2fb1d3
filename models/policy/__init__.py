"""A policy, its endorsements and its renewal."""

from models.policy.endorsement import Endorsement
from models.policy.record import Policy
from models.policy.renewal import Renewal

__all__ = ["Endorsement", "Policy", "Renewal"]
