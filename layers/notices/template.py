"""The words of a notice: Django templates, a folder a template, a folder a language, `subject.txt` and `body.txt`.

In: name, language, values. Out: `Message`. Plain text: nothing is escaped, and nothing may be shown as HTML.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template

from layers.core.text import LANGUAGES

PARTS = ("subject", "body")
SUBJECT_MOST = 200
"""Characters of a subject; what is longer is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a person reads; the subject is one line."""

    subject: str
    body: str


def path_of(template: str, language: str, part: str) -> str:
    """Where a part's words are, for Django's loaders."""
    return f"notices/{template}/{language}/{part}.txt"


def require(template: str) -> None:
    """See that the template has every part in every language.

    Raises:
        TemplateDoesNotExist: naming the file that is missing.
    """
    for language in LANGUAGES:
        for part in PARTS:
            get_template(path_of(template, language, part))


def render(template: str, language: str, values: Mapping[str, Any]) -> Message:
    """The message in a language; in Vietnamese where the template does not speak that language.

    Raises:
        TemplateDoesNotExist: there is no such template.
    """
    subject, body = (_filled(template, language, part, values) for part in PARTS)
    return Message(subject=" ".join(subject.split())[:SUBJECT_MOST], body=body.strip() + "\n")


def _filled(template: str, language: str, part: str, values: Mapping[str, Any]) -> str:
    try:
        found = get_template(path_of(template, language, part))
    except TemplateDoesNotExist:
        if language == LANGUAGES[0]:
            raise
        found = get_template(path_of(template, LANGUAGES[0], part))
    return str(found.template.render(Context(dict(values), autoescape=False)))  # type: ignore[attr-defined]
