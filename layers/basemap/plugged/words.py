"""Words of the administration's pages about base maps, spoken in the language of the request."""

from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import get_language

from layers.core.text import LANGUAGES, Text


def spoken(text: Text) -> str:
    """The words in the language active now."""
    return text.to((get_language() or LANGUAGES[0])[:2])


_late = lazy(spoken, str)


def say(vi: str, en: str) -> str:
    """Words whose language is chosen when they are read."""
    words: str = _late(Text(vi=vi, en=en))
    return words


def wrong(field: str, vi: str, en: str) -> ValidationError:
    """A fault of one field, in both languages."""
    return ValidationError({field: ValidationError(_late(Text(vi=vi, en=en)), code="invalid")})
