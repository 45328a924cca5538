"""`manage.py check`: every template of a notice has a subject and a body in both languages."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error

from layers.core.text import LANGUAGES
from layers.notices.template import PARTS


def check_templates(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """One error for each file that is missing."""
    configs = app_configs or apps.get_app_configs()
    return [
        Error(f"{file} is missing", hint="A notice has subject.txt and body.txt in vi and en.", id="notices.E001")
        for config in configs
        for file in _missing(Path(config.path) / "templates" / "notices")
    ]


def _missing(folder: Path) -> Iterator[Path]:
    for template in sorted(folder.iterdir()) if folder.is_dir() else ():
        for language in LANGUAGES:
            for part in PARTS:
                file = template / language / f"{part}.txt"
                if not file.is_file():
                    yield file
