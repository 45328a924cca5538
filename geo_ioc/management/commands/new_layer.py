"""Makes the folder of a new domain: the rooms every domain has and a first migration, ready for conformance."""

import re
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from string import Template

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

TEMPLATE = Path(__file__).parents[1] / "domain"
ENDINGS = (("ies", "y"), ("sses", "ss"), ("s", ""))
"""Plural and singular endings of English nouns, tried in order; --model says what they do not."""


KERNEL = "from layers.core import Access, Attribute, Circle, Group, Layer, Public, Search, Style, Text, Zoom, register"


class Command(BaseCommand):
    help = "Make a new domain: `new_layer forests --title 'Rừng|Forests' --model Forest`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="folder, application label and layer id: an English plural, lower case")
        parser.add_argument("--title", help="Vietnamese|English")
        parser.add_argument("--model", help="class of one row")

    def handle(self, *, name: str, title: str | None, model: str | None, **_options: object) -> None:
        folder = settings.BASE_DIR / "layers" / name
        if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name):
            raise CommandError(f"{name!r} is no name of a folder: write lower-case words parted by _, such as forests.")
        if folder.exists() or name in {config.label for config in apps.get_app_configs()}:
            raise CommandError(f"There is already an application {name}.")
        words = _words(name, title, model)
        for template in sorted(TEMPLATE.rglob("*-tpl")):
            file = folder / template.relative_to(TEMPLATE).with_suffix(".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(Template(template.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")
        # A process of its own: this one has started without the new domain.
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        subprocess.run([*manage, "makemigrations", name, "--name", f"create_{name}"], check=True)  # noqa: S603
        self.stdout.write(f"layers/{name}/ is there. Next: its words and columns, then `make test`.")


def _words(name: str, title: str | None, model: str | None) -> dict[str, str]:
    plain = name.replace("_", " ").capitalize()
    vi, _, en = (title or plain).partition("|")
    camel = "".join(part.capitalize() for part in name.split("_"))
    model = model or _singular(camel)
    return {
        "name": name,
        "Name": camel,
        "Model": model,
        "imports": "\n".join(sorted([KERNEL, f"from layers.{name}.models import {model}"])),
        "Title": en or vi,
        "title_vi": vi,
        "title_en": en or vi,
    }


def _singular(noun: str) -> str:
    for plural, one in ENDINGS:
        if noun.endswith(plural):
            return noun.removesuffix(plural) + one
    return noun
