"""What the roles of this installation are called, as the composition root says."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from layers.core.text import Text


def role_title(slug: str) -> Text:
    """The title of a role, by the callable `settings.ROLE_TITLE` names; the slug itself where it knows none."""
    path: str | None = getattr(settings, "ROLE_TITLE", None)
    if path is None:
        return Text.same(slug)
    title: Callable[[str], Text | None] = import_string(path)
    return title(slug) or Text.same(slug)
