"""Surveyed boundaries over the illustrative ones, in one command."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Import boundaries of provinces and communes from a file (GeoJSON, GeoPackage, Shapefile) or from a folder of"
        " such files, read one level deep; rows are matched by code, a repeat changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a file, or a folder with one file per unit")
        parser.add_argument("--crs", help="EPSG:n, where the file does not say")
        parser.add_argument("--encoding", help="encoding of the file's text, where it cannot be found out")
        parser.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
        parser.add_argument("--report", type=Path, help="write what happened to every row to this JSON file")

    def handle(self, *, path: Path, **options: Any) -> None:
        given = {name: options[name] for name in ("crs", "encoding", "dry_run", "report") if options[name]}
        call_command("import_features", "communes", path, stdout=self.stdout, stderr=self.stderr, **given)
