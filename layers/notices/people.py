"""Whom a role means, as the composition root knows its accounts."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.module_loading import import_string

from layers.notices.outbox import Person, Recipient


def people_of(role: str, unit_id: int | None) -> list[Recipient]:
    """Accounts with an e-mail address that hold a role and answer for a commune (None: for the whole province).

    By the callable `settings.PEOPLE_OF` names; nobody where it names none.
    """
    path: str | None = getattr(settings, "PEOPLE_OF", None)
    if path is None:
        return []
    people: Callable[[str, int | None], Iterable[Person]] = import_string(path)
    return [Recipient.person(one) for one in people(role, unit_id) if one.email]
