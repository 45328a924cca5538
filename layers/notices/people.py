"""Whom a role means, as the composition root knows its accounts, and where they want to be told."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.module_loading import import_string

from layers.core.text import LANGUAGES
from layers.notices.models import Browser
from layers.notices.outbox import Person, Recipient


def people_of(role: str, unit_id: int | None) -> list[Recipient]:
    """E-mail addresses and browsers of the accounts that hold a role and answer for a commune (None: for the province).

    Nobody where `settings.PEOPLE_OF` names nothing.
    """
    found = accounts_of(role, unit_id)
    languages = {one.pk: one.language or LANGUAGES[0] for one in found}
    browsers = Browser.objects.filter(user__in=languages)
    return [
        *(Recipient.person(one) for one in found if one.email),
        *(Recipient.browser(one, languages[one.user_id]) for one in browsers),
    ]


def accounts_of(role: str, unit_id: int | None) -> list[Person]:
    """The active accounts that hold a role and answer for a commune (None: for the province).

    By the callable `settings.PEOPLE_OF` names; nobody where it names none.
    """
    path: str | None = getattr(settings, "PEOPLE_OF", None)
    if path is None:
        return []
    people: Callable[[str, int | None], Iterable[Person]] = import_string(path)
    return list(people(role, unit_id))
