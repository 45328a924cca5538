"""`manage.py import_parcels FILE --commune CODE`: a file of the cadastre into the land register, all or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

PARCELS_OF_GML = "DC_ThuaDat"
"""Element of the national land database that holds parcels."""


class Command(BaseCommand):
    """Import parcels; exit status 1 where nothing of the file could be used."""

    help = (
        "Nhập thửa đất của một xã từ tệp hoặc thư mục; hệ toạ độ được kiểm tra với ranh giới xã và các thửa đã có."
        " / Import a commune's parcels; the coordinate system is held against the commune and the parcels there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What `import_features parcels` takes, with names of the land register."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--commune", metavar="CODE", help="mã xã hiện nay / the commune's code of today")
        parser.add_argument("--map-commune", metavar="CODE", help="mã xã khi lập bản đồ / code when the map was made")
        parser.add_argument("--sheet", help="số tờ của cả tệp / sheet number of the whole file")
        parser.add_argument("--land-use", help="loại đất của cả tệp / land use of the whole file")
        parser.add_argument(
            "--effective-on", metavar="YYYY-MM-DD", help="có hiệu lực từ / in effect from; hôm nay / today"
        )
        parser.add_argument("--crs", help="EPSG:9209 [,northing-first] [,mm|cm|0.1mm] [,unshifted]")
        parser.add_argument("--encoding", help="utf-8, tcvn3, vni, cp1258 …")
        parser.add_argument("--table", help="bảng của GeoPackage, GML / table of a GeoPackage or GML")
        parser.add_argument("--map", action="append", default=[], metavar="COLUMN=FIELD", help="cột=trường")
        parser.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra / check only")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="báo cáo đầy đủ / the full report")

    def handle(self, *, file: Path, **options: Any) -> None:
        """Fill in the options and run the general import."""
        fields = {
            "commune": options["commune"],
            "map_commune_code": options["map_commune"],
            "sheet": options["sheet"],
            "land_use": options["land_use"],
            "effective_on": options["effective_on"],
        }
        passed = ("crs", "encoding", "table", "map", "dry_run", "report")
        given = {name: options[name] for name in passed if options[name]}
        if not options["table"] and file.suffix.lower() in {".gml", ".xml"}:
            given["table"] = PARCELS_OF_GML
        texts = [f"{name}={text}" for name, text in fields.items() if text]
        call_command("import_features", "parcels", file, set=texts, stdout=self.stdout, stderr=self.stderr, **given)
