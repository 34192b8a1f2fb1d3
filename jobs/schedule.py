"""Everything that happens by the clock, on one page."""

from datetime import time

from jobs.housekeeping import end_old_sessions, make_partitions, remove_old_uploads
from jobs.nightly import derive_everything
from jobs.slots import Daily
from jobs.staleness import make_stale

SCHEDULE = (
    Daily("partitions", time(2, 0), make_partitions),
    Daily("sessions", time(2, 30), end_old_sessions),
    Daily("uploads", time(2, 40), remove_old_uploads),
    Daily("stale", time(0, 20), make_stale),
    Daily("derive", time(3, 0), derive_everything),
)
