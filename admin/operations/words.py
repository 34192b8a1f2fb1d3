"""What jobs and entries of the schedule are called for an administrator."""

from __future__ import annotations

from models.texts import N_

NAMES = {
    "absences": N_("Absences begin and end"),
    "backup": N_("Backup, tried by restoring it"),
    "carry_out_bulk": N_("Steps for many records"),
    "critical": N_("Check of the kept critical events"),
    "derive": N_("Totals and review dates anew"),
    "digest": N_("The day in short"),
    "documents": N_("Files and their rows compared"),
    "drafts": N_("Old drafts removed"),
    "fall_back": N_("Was it delivered?"),
    "invariants": N_("What must always be true"),
    "keep_telegram_file": N_("Files from Telegram"),
    "notify_of_deal": N_("Bells of deals"),
    "notify_of_document": N_("Bells of files"),
    "notify_of_task": N_("Bells of tasks"),
    "partitions": N_("Room in the log for the coming months"),
    "publish_event": N_("Events to the message broker"),
    "recalculate": N_("Recalculation"),
    "recalculation": N_("Expected lines compared with the rules"),
    "reminders": N_("Reminders"),
    "renewals": N_("Renewals found"),
    "runs": N_("Old runs forgotten"),
    "send_email": N_("Letters"),
    "send_event": N_("Events to the webhook"),
    "send_push": N_("Notifications of browsers"),
    "send_telegram": N_("Messages in Telegram"),
    "selections": N_("Old selections forgotten"),
    "sessions": N_("Old sessions removed"),
    "share_folders": N_("Rights to folders, after a change"),
    "shares": N_("Rights to folders, all of them"),
    "slots": N_("Old slots forgotten"),
    "stale": N_("Calculations that no longer stand"),
    "take_back_bulk": N_("Steps for many records, taken back"),
    "tell_of_recalculation": N_("Bells of recalculations"),
    "updates": N_("Old messages from Telegram forgotten"),
    "uploads": N_("Unfinished uploads removed"),
}
"""By the name that stands in the tables; msgids."""
