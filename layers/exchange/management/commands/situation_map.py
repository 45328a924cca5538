"""`manage.py situation_map FILE.html --layers a,b --bbox west,south,east,north`: a map to send, open and print."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.core import Viewer
from layers.core.errors import LayerError
from layers.core.geo import parse_bbox
from layers.exchange.print.order import LayerOrder
from layers.exchange.situation import situation_map


class Command(BaseCommand):
    """Write the map; exit status 1 where a layer is unknown or the box holds too much."""

    help = (
        "Bản đồ tình hình thành một tệp HTML mở được khi không có mạng."
        " / A situation map as one HTML file that opens without a network."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, layers, box, who looks and in which language."""
        parser.add_argument("file", metavar="FILE.html", type=Path)
        parser.add_argument("--layers", required=True, help="schools,communes")
        parser.add_argument("--bbox", required=True, help="tây,nam,đông,bắc / west,south,east,north")
        parser.add_argument("--role", action="append", default=[], help="vai trò, lặp lại được / a role, repeatable")
        parser.add_argument("--lang", choices=("vi", "en"), default="vi")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make and write it."""
        roles = frozenset(options["role"])
        viewer = Viewer(user="export" if roles else None, roles=roles, language=options["lang"])
        layers = [one.strip() for one in options["layers"].split(",") if one.strip()]
        try:
            page = situation_map(viewer, [LayerOrder(id=one) for one in layers], parse_bbox(options["bbox"]))
        except LayerError as fault:
            raise CommandError(f"{fault.message.vi} / {fault.message.en}") from fault
        options["file"].write_text(page, encoding="utf-8")
        self.stdout.write(f"{options['file']}: {len(page) / 1_000_000:.1f} MB")
