"""Everything that happens by the clock, on one page."""

from datetime import time

from jobs import documents
from jobs.absences import change_over
from jobs.backup.nightly import back_up
from jobs.critical import check_critical
from jobs.digest import send_digests
from jobs.housekeeping import (
    end_old_sessions,
    forget_old_runs,
    forget_old_selections,
    forget_old_updates,
    make_partitions,
    remove_old_drafts,
    remove_old_uploads,
)
from jobs.invariants import check_invariants
from jobs.nightly import derive_everything
from jobs.nightly_rates import look_for_differences
from jobs.reminders import remind
from jobs.renewals import find_renewals
from jobs.shares import share_everything
from jobs.slots import Daily, Every, forget_old
from jobs.staleness import make_stale

SCHEDULE = (
    Daily("absences", time(0, 5), change_over),
    Daily("backup", time(1, 0), back_up, takes_long=True),
    Daily("partitions", time(2, 0), make_partitions),
    Daily("sessions", time(2, 30), end_old_sessions),
    Daily("uploads", time(2, 40), remove_old_uploads),
    Daily("renewals", time(2, 50), find_renewals),
    Daily("drafts", time(2, 45), remove_old_drafts),
    Daily("stale", time(0, 20), make_stale),
    Daily("runs", time(2, 50), forget_old_runs),
    Daily("updates", time(2, 52), forget_old_updates),
    Daily("selections", time(2, 53), forget_old_selections),
    Daily("slots", time(2, 55), forget_old),
    Daily("critical", time(2, 55), check_critical),
    Daily("derive", time(3, 0), derive_everything, takes_long=True),
    Daily("recalculation", time(3, 30), look_for_differences),
    Daily("invariants", time(4, 0), check_invariants),
    Daily("reminders", time(9, 0), remind),
    Daily("digest", time(9, 5), send_digests),
    Every("documents", 2, documents.sweep, takes_long=True),
    Every("shares", 10, share_everything, takes_long=True),
)
