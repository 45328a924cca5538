"""Brings in tables of old readings: `import_readings FILE… --mapping beijing --station TN_KK01`."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from layers.core.errors import LayerError
from layers.sensors.ingest.backfill import Report, bring_in
from layers.sensors.ingest.mapping import KEPT, load
from layers.sensors.models import Station

LISTED = 10


class Command(BaseCommand):
    help = "Bring readings of stations in from CSV or XLSX files; repeating it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kept = ", ".join(sorted(file.stem for file in KEPT.glob("*.yaml")))
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--mapping", required=True, help=f"what the columns are: a YAML file, or one of: {kept}")
        parser.add_argument("--station", default="", help="code of the station of all rows, whatever the file says")
        parser.add_argument("--dry-run", action="store_true", help="read and count, store nothing")
        parser.add_argument("--report", type=Path, help="write what became of every file as JSON")

    def handle(
        self, *, files: list[Path], mapping: str, station: str, dry_run: bool, report: Path | None, **_options: object
    ) -> None:
        try:
            columns = load(mapping, station=station)
        except LayerError as fault:
            raise CommandError(_both(fault)) from fault
        if station and not Station.objects.filter(code=station).exists():
            raise CommandError(f"Chưa có trạm {station}. / There is no station {station}.")
        done: list[Report] = []
        for file in files:
            try:
                done.append(bring_in(file, columns, say=self._progress, dry_run=dry_run))
            except LayerError as fault:
                raise CommandError(_both(fault)) from fault
            self._tell(done[-1])
        if report is not None:
            text = json.dumps([one.json() for one in done], ensure_ascii=False, indent=2)
            report.write_text(text + "\n", encoding="utf-8")
        if not any(one.new + one.corrected + one.same for one in done):
            raise CommandError("Không dùng được số liệu nào. / No reading could be used.")

    def _progress(self, report: Report) -> None:
        rate = report.readings / max(report.seconds, 0.001)
        self.stdout.write(
            f"{report.file}: {report.rows:,} dòng / rows, {report.readings:,} số đo / readings, {rate:,.0f}/s"
        )

    def _tell(self, report: Report) -> None:
        self.stdout.write(
            f"{report.file}: mới / new {report.new:,}, đính chính / corrected {report.corrected:,},"
            f" đã có / known {report.same:,}, trống / missing {report.missing:,},"
            f" từ chối / rejected {report.rejected:,}"
        )
        for reason, count in report.reasons.most_common():
            self.stdout.write(f"  {count:,} × {reason.title.vi} / {reason.title.en}")
        for one in report.refusals[:LISTED]:
            self.stdout.write(f"    dòng / row {one.row}, {one.column}: {one.text!r} ({one.reason.value})")


def _both(fault: LayerError) -> str:
    return f"{fault.message.vi} / {fault.message.en}"
