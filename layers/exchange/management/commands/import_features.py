"""`manage.py import_features LAYER FILE`: a file becomes rows of a layer, or a layer of its own."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from layers.core.errors import LayerError
from layers.exchange import target
from layers.exchange.importing import Request, run
from layers.exchange.report import Report

SHOWN = 20
"""Problems printed; the report file lists more."""


class Command(BaseCommand):
    """Import a file; exit status 1 where nothing of it could be used."""

    help = (
        "Nhập một tệp hoặc thư mục vào lớp LAYER; tên chưa có thì lập lớp dữ liệu mới."
        " / Import a file or folder into LAYER; a new name makes a new dataset."
        " GeoJSON, GeoPackage, Shapefile (zip), DXF, DGN V7, GML, KML, CSV/TSV, Overpass JSON."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the contract, `--table` and `--key`."""
        parser.add_argument("layer", metavar="LAYER", help="id lớp, d-<n>, hoặc tên bộ dữ liệu / layer id or slug")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--title", help='"tiếng Việt|English"')
        parser.add_argument("--access", help="public, hoặc vai trò / or roles: steward,admin")
        parser.add_argument("--crs", help="EPSG:9209 [,northing-first] [,mm|cm|0.1mm] [,unshifted]")
        parser.add_argument("--encoding", help="utf-8, utf-16, cp1258, tcvn3, vni …")
        parser.add_argument("--table", help="bảng của GeoPackage / table of a GeoPackage")
        parser.add_argument(
            "--map", action="append", default=[], metavar="COLUMN=ATTRIBUTE", help="cột=thuộc tính, lặp lại được"
        )
        parser.add_argument(
            "--set", action="append", default=[], metavar="ATTRIBUTE=VALUE", help="cho mọi dòng / for every row"
        )
        parser.add_argument("--key", metavar="COLUMN", help="cột nhận diện dòng / the column that identifies a row")
        parser.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra / check only")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="báo cáo đầy đủ / the full report")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it, say what happened."""
        path: Path = options["file"]
        try:
            request = Request(
                layer=options["layer"],
                path=path,
                name=path.name,
                title=target.read_title(options["title"]),
                access=target.read_access(options["access"]),
                crs=options["crs"],
                encoding=options["encoding"],
                table=options["table"],
                mapping=_mapping(options["map"]),
                given=_given(options["set"]),
                key=options["key"],
                dry_run=options["dry_run"],
            )
            report = run(request, self._progress)
        except LayerError as fault:
            raise CommandError(f"{fault.message.vi} / {fault.message.en}") from fault
        if options["report"] is not None:
            options["report"].write_text(json.dumps(report.json(), ensure_ascii=False, indent=1), encoding="utf-8")
        self._say(report)
        if report.failed:
            raise CommandError(f"{report.file}: không dùng được dòng nào / nothing could be used")

    def _progress(self, report: Report) -> None:
        if report.used < report.rows:
            self.stdout.write(f"… {report.used}/{report.rows}")
            self.stdout.flush()

    def _say(self, report: Report) -> None:
        language = "en" if (get_language() or "vi").startswith("en") else "vi"
        for one in report.problems[:SHOWN]:
            style = self.style.WARNING if one.problem.warning else self.style.ERROR
            self.stderr.write(style(one.line(language)))
        more = report.problem_count + report.warning_count - min(SHOWN, len(report.problems))
        if more:
            self.stderr.write(f"… +{more}")
        dry = " (dry run)" if report.dry_run else ""
        self.stdout.write(
            f"{report.layer or '-'}: {report.created} created, {report.updated} updated, {report.unchanged} unchanged,"
            f" {report.rejected} rejected, {report.warning_count} warnings, {report.seconds:.1f} s{dry}"
        )


def _mapping(given: list[str]) -> dict[str, str]:
    pairs = [one.rpartition("=") for one in given]
    if any(not heading or not name for heading, _, name in pairs):
        raise CommandError("--map: COLUMN=ATTRIBUTE")
    return {heading.strip(): name.strip() for heading, _, name in pairs}


def _given(texts: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in texts]
    if any(not name or not value for name, _, value in pairs):
        raise CommandError("--set: ATTRIBUTE=VALUE")
    return {name.strip(): value.strip() for name, _, value in pairs}
