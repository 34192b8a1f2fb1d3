"""What the program does of its own accord, as sentences: the schedule, the jobs, the bot, the seeds."""

from __future__ import annotations

from models.texts import N_

SCHEDULED = {
    "absences": N_("{who} began and ended absences"),
    "backup": N_("{who} made a backup"),
    "critical": N_("{who} checked what everything depends on"),
    "derive": N_("{who} worked out derived figures again"),
    "digest": N_("{who} sent the day in short"),
    "documents": N_("{who} looked through the folders of files"),
    "drafts": N_("{who} removed old drafts of calls"),
    "invariants": N_("{who} checked that the figures agree"),
    "partitions": N_("{who} made room in the log for the months to come"),
    "reminders": N_("{who} reminded of what falls due"),
    "renewals": N_("{who} looked for policies that end soon"),
    "runs": N_("{who} forgot old runs of jobs"),
    "selections": N_("{who} forgot old selections of rows"),
    "sessions": N_("{who} ended old sessions"),
    "shares": N_("{who} put the rights to folders right"),
    "slots": N_("{who} forgot old slots of the schedule"),
    "stale": N_("{who} looked for calculations that no longer stand"),
    "updates": N_("{who} forgot old messages from Telegram"),
    "uploads": N_("{who} removed uploads that nobody finished"),
}
"""By the name of the schedule's entry."""
JOBS = {
    "carry_out_bulk": N_("{who} worked on a step for many records"),
    "take_back_bulk": N_("{who} took a step for many records back"),
    "keep_telegram_file": N_("{who} kept a file sent in Telegram"),
    "fall_back": N_("{who} looked whether a notice was delivered"),
    "notify_of_deal": N_("{who}: notice of a deal"),
    "notify_of_document": N_("{who}: notice of a file"),
    "notify_of_task": N_("{who}: notice of a task"),
    "send_email": N_("{who} sent a notice by e-mail"),
    "send_push": N_("{who} sent a notice to a browser"),
    "publish_event": N_("{who} handed an event to the message broker"),
    "send_event": N_("{who} told another system of an event"),
    "send_telegram": N_("{who} sent a notice to Telegram"),
    "share_folders": N_("{who} put the rights to a client's folder right"),
}
"""By the name of the job."""
OWN_ACCORD = {
    **{f"job.{name}": sentence for name, sentence in {**SCHEDULED, **JOBS}.items()},
    "absence.begin": N_("{who} began the absence"),
    "absence.come_back": N_("{who} ended the absence"),
    "bot.fail": N_("{who} could not answer in Telegram"),
    "bot.receive": N_("{who} received a message in Telegram"),
    "bot.refuse": N_("{who} refused a message in Telegram"),
    "bot.take": N_("{who} took up a message in Telegram"),
    "browser.take_over": N_("{who} gave a browser to whoever uses it now"),
    "bulk-change.clean": SCHEDULED["selections"],
    "deal.derive": SCHEDULED["derive"],
    "intake-draft.clean": SCHEDULED["drafts"],
    "notification.attempt": N_("{who} tried to deliver a notice"),
    "notification.bulk": N_("{who} told that a step for many records is done"),
    "notification.digest": SCHEDULED["digest"],
    "notification.fall_back": N_("{who} tried the next way for a notice"),
    "portfolio.import": N_("{who} imported a portfolio"),
    "seeds.demo": N_("{who} set up the demo brokerage"),
    "seeds.demo.people": N_("{who} set up the people of the demo brokerage"),
    "seeds.load": N_("{who} loaded a brokerage for measurements"),
    "seeds.load.people": N_("{who} loaded the people of a brokerage for measurements"),
    "seeds.reference": N_("{who} brought in the reference data"),
    "session.clean": SCHEDULED["sessions"],
    "statement.post": N_("{who} posted the insurer's statement"),
    "telegram.block": N_("{who} noted that the bot is blocked"),
    "telegram.file": N_("{who} kept a file sent in Telegram"),
    "telegram.person": N_("{who} looked up who sent a file"),
    "telegram.unblock": N_("{who} noted that the bot is no longer blocked"),
}
"""By the slug that stands in the log."""
