"""`manage.py export_layer LAYER FILE`: a layer as GeoJSON, CSV or GeoPackage, as a viewer may see it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.core import ANYONE, Layer, Viewer, registry
from layers.core.errors import LayerError
from layers.core.filter import parse_filter
from layers.core.geo import parse_bbox
from layers.exchange.export import write

MAX_FEATURES = 5_000_000


class Command(BaseCommand):
    """Write a layer to a file; exit status 1 where the layer or the format is unknown."""

    help = (
        "Xuất một lớp ra GeoJSON, CSV hoặc GeoPackage theo đuôi tệp, như công chúng thấy hoặc theo vai trò."
        " / Write a layer as GeoJSON, CSV or GeoPackage, as the public or a role sees it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Layer, file, who looks and what is wanted."""
        parser.add_argument("layer", metavar="LAYER")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--role", action="append", default=[], help="vai trò, lặp lại được / a role, repeatable")
        parser.add_argument("--filter", help="CQL2")
        parser.add_argument("--bbox", help="tây,nam,đông,bắc / west,south,east,north")

    def handle(self, *args: Any, **options: Any) -> None:
        """Query, write, say how many."""
        viewer = Viewer(user="export", roles=frozenset(options["role"])) if options["role"] else ANYONE
        try:
            layer = registry.visible(options["layer"], viewer)
            if not isinstance(layer, Layer):
                raise CommandError(f"{layer.id}: lớp này không có đối tượng / this layer holds no features")
            condition = parse_filter(options["filter"]) if options["filter"] else None
            bbox = parse_bbox(options["bbox"]) if options["bbox"] else None
            features = layer.query(viewer, filters=condition, bbox=bbox)
            number = features.count()
            if number > MAX_FEATURES:
                raise CommandError(f"{number} > {MAX_FEATURES}: --filter, --bbox")
            write(layer, features.all(MAX_FEATURES), options["file"])
        except LayerError as fault:
            raise CommandError(f"{fault.message.vi} / {fault.message.en}") from fault
        except ValueError as fault:
            raise CommandError(f"{options['file'].name}: .geojson, .csv, .gpkg") from fault
        self.stdout.write(f"{layer.id}: {number} → {options['file']}")
