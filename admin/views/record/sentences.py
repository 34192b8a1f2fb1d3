"""Actions as sentences: who did what. Verbs have their own; the others are made of the kind of record."""

from __future__ import annotations

from admin.i18n import _
from admin.views.base import View
from admin.views.record.own_accord import OWN_ACCORD
from models.texts import N_

SENTENCES = {
    "deal.create": N_("{who} opened the deal"),
    "deal.intake": N_("{who} took a call"),
    "client.merge": N_("{who} made one client of two"),
    "client.tell_apart": N_("{who} noted that two clients are not one"),
    "client.search": N_("{who} asked for such a client"),
    "deal.hand_off": N_("{who} handed the deal off for calculation"),
    "deal.offer": N_("{who} offered the variants to the client"),
    "deal.order_issue": N_("{who} handed the deal off for issue"),
    "deal.wait_for": N_("{who} passed the turn"),
    "deal.put_off": N_("{who} put the deal off"),
    "deal.close": N_("{who} closed the deal"),
    "deal.lose": N_("{who} noted that the client left"),
    "deal.reopen": N_("{who} reopened the deal"),
    "deal.transfer": N_("{who} transferred the deal"),
    "task.accept": N_("{who} accepted the task"),
    "task.return": N_("{who} returned the task"),
    "task.resend": N_("{who} sent the task again"),
    "task.complete": N_("{who} completed the task"),
    "task.rework": N_("{who} asked for rework"),
    "task.wait": N_("{who} is waiting for somebody"),
    "task.schedule": N_("{who} scheduled the task"),
    "task.resume": N_("{who} went on with the task"),
    "task.cancel": N_("{who} cancelled the task"),
    "checklist-item.tick": N_("{who} ticked a step off"),
    "checklist-item.untick": N_("{who} took a tick back"),
    "task.reassign": N_("{who} reassigned the task"),
    "calculation.ready": N_("{who} marked the calculation ready"),
    "calculation.refuse": N_("{who} entered the insurer's refusal"),
    "calculation.offer": N_("{who} offered the variant"),
    "calculation.confirm": N_("{who} confirmed the variant"),
    "calculation.decline": N_("{who} noted that the client declined the variant"),
    "calculation.unconfirm": N_("{who} took the choice back"),
    "calculation.archive": N_("{who} archived the calculation"),
    "calculation.issue": N_("{who} issued the policy"),
    "calculation.enter": N_("{who} entered a calculation"),
    "calculation.paste": N_("{who} pasted calculations from a workbook"),
    "calculation.go_stale": N_("{who} noted that the calculation no longer stands"),
    "policy.issue": N_("{who} issued the policy"),
    "policy.correct": N_("{who} corrected the terms of the policy"),
    "policy.cancel": N_("{who} cancelled the policy"),
    "policy.annul": N_("{who} annulled the policy"),
    "payment.pay": N_("{who} entered the client's payment"),
    "payment.confirm": N_("{who} confirmed the payment"),
    "payment.reverse": N_("{who} reversed the payment"),
    "payment.cancel": N_("{who} cancelled the instalment"),
    "payment.put_off": N_("{who} put the instalment off"),
    "notification.remind": N_("{who} reminded of what falls due"),
    "browser.add": N_("{who} switched notifications on in a browser"),
    "browser.remove": N_("{who} switched notifications off in a browser"),
    "preference.choose": N_("{who} chose what to hear of"),
    "renewal.find": N_("{who} found a policy that ends soon"),
    "renewal.contact": N_("{who} told the client that the policy ends"),
    "renewal.ask_calculation": N_("{who} asked for a calculation on the old policy's terms"),
    "renewal.offer": N_("{who} offered variants for the renewal"),
    "renewal.put_off": N_("{who} put the renewal off"),
    "renewal.renew": N_("{who} noted the renewal"),
    "renewal.lose": N_("{who} noted that the renewal is lost"),
    "income.receive": N_("{who} entered the received commission"),
    "income.withhold": N_("{who} entered the withheld commission"),
    "income.dispute": N_("{who} disputed the line"),
    "income.write_off": N_("{who} wrote the line off"),
    "commission-rule.change_rate": N_("{who} changed the rate from a date"),
    "expense-rule.change_rate": N_("{who} changed the rate from a date"),
    "recalculation.preview": N_("{who} previewed a recalculation"),
    "recalculation.apply": N_("{who} ordered a recalculation"),
    "recalculation.cancel": N_("{who} called a recalculation off"),
    "recalculation.resume": N_("{who} went on with the recalculation"),
    "recalculation.undo": N_("{who} undid a recalculation"),
    "expense.approve": N_("{who} approved the expense"),
    "expense.pay": N_("{who} entered the pay-out"),
    "expense.cancel": N_("{who} cancelled the expense"),
    "document.upload": N_("{who} added a file"),
    "document.opened": N_("{who} looked at a file"),
    "document.downloaded": N_("{who} downloaded a file"),
    "document.link": N_("{who} made a one-time link to a file"),
    "document.take_stock": N_("{who} found changes in the folder"),
    "document.settle": N_("{who} moved a file in the folder"),
    "document.rename": N_("{who} renamed a file"),
    "document.move": N_("{who} moved a file to a subfolder"),
    "document.attach": N_("{who} attached a file"),
    "document.classify": N_("{who} changed the kind of a file"),
    "journal-entry.create": N_("{who} wrote in the journal"),
    "client.open": N_("{who} opened the client's card"),
    "audit.undo": N_("{who} undid an action"),
    "sql": N_("{who} changed the data directly"),
    **OWN_ACCORD,
}
GENERAL = {
    "create": N_("{who} created: {what}"),
    "update": N_("{who} changed: {what}"),
    "trash": N_("{who} moved to the trash: {what}"),
    "restore": N_("{who} took out of the trash: {what}"),
    "import": N_("{who} imported: {what}"),
}
VIA = {
    "panel": N_("in the panel"),
    "api": N_("by the API"),
    "bot": N_("in Telegram"),
    "job": N_("by itself"),
    "import": N_("by import"),
    "sql": N_("by SQL"),
}


def sentence_of(slug: str, who: str, views: dict[str, View]) -> str:
    """An action of somebody in the reader's language."""
    if slug in SENTENCES:
        return _(SENTENCES[slug], who=who)
    identity, _dot, name = slug.partition(".")
    view = views.get(identity)
    if view is None:
        return _("{who}: {what}", who=who, what=slug)
    if name in GENERAL:
        return _(GENERAL[name], who=who, what=_(view.name).lower())
    verb = view.verbs.get(name)
    return _("{who}: {what}", who=who, what=_(verb.label) if verb else _(view.name))
