"""The panel's languages: sentences by gettext, and how days, sums and numbers are written."""

from admin.i18n.catalogue import LOCALES, _, current_locale, ngettext, use_locale
from admin.i18n.formats import (
    show_date,
    show_datetime,
    show_day,
    show_money,
    show_number,
    show_percent,
    show_phone,
    show_span,
    show_time,
)
from admin.i18n.sentences import choice_label, say, say_value

__all__ = [
    "LOCALES",
    "_",
    "choice_label",
    "current_locale",
    "ngettext",
    "say",
    "say_value",
    "show_date",
    "show_datetime",
    "show_day",
    "show_money",
    "show_number",
    "show_percent",
    "show_phone",
    "show_span",
    "show_time",
    "use_locale",
]
