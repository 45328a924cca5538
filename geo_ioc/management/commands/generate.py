"""The files made from the code: `docs/settings.md` and the others; `--check` says whether they are current."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo_ioc.generated import GROUPS, pages


class Command(BaseCommand):
    help = "Write the generated files (docs, schema), or say with --check which are out of date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("group", nargs="?", choices=GROUPS, help="only these")
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is out of date")

    def handle(self, *, group: str | None, check: bool, **_options: object) -> None:
        stale: list[Path] = []
        for name, text in pages(group).items():
            file = settings.BASE_DIR / name
            if file.is_file() and file.read_text(encoding="utf-8") == text:
                continue
            stale.append(Path(name))
            if not check:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
                self.stdout.write(f"{name}: written")
        if check and stale:
            raise CommandError(f"Out of date: {', '.join(map(str, stale))}. Write them with: make docs schema")
