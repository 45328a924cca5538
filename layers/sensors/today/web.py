"""`/khong-khi` and `/air`: the same page, Vietnamese or English first. Read as the public reads, whoever asks."""

from datetime import datetime
from typing import Any, Final

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from layers.core.limit import at_most
from layers.core.text import LANGUAGES
from layers.core.time import LOCAL
from layers.sensors.today.board import board, scale
from layers.sensors.today.trend import HEIGHT, WIDTH
from layers.sensors.today.words import WORDS

log = structlog.get_logger(__name__)

READ_S: Final = 5.0
KEPT: Final = "public, max-age=60, stale-while-revalidate=60, stale-if-error=600"
"""A minute in the phone; a server that is away is bridged for ten."""


@require_safe
@gzip_page
def today(request: HttpRequest, language: str) -> HttpResponse:
    """The page, or 503 with what to do where the database is away."""
    asked = request.GET.get("lang")
    language = asked if asked in LANGUAGES else language
    now = timezone.now()
    words = {name: text.to(language) for name, text in WORDS.items()}
    context: dict[str, Any] = {"words": words, "language": language, "now": _local(now)}
    try:
        with at_most(READ_S):
            context |= {"board": board(language, now), "scale": scale(language), "width": WIDTH, "height": HEIGHT}
        status = 200
    except DatabaseError:
        log.warning("air_page_without_database", exc_info=True)
        status = 503
    response = render(request, "sensors/air_today.html", context, status=status)
    response["Content-Language"] = language
    response["Cache-Control"] = KEPT if status == 200 else "no-store"
    return response


def _local(at: datetime) -> datetime:
    return at.astimezone(LOCAL)


urlpatterns = [
    path("khong-khi", today, {"language": "vi"}, name="air_today"),
    path("air", today, {"language": "en"}),
]
