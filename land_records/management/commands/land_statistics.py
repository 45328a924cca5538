"""`manage.py land_statistics --form 01|05 --on DAY OUT.xlsx`: forms 01/TKKK and 05/TKKK from the land register."""

from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from land_records.models import Parcel
from land_records.statistics.report import FORMS, report
from land_records.statistics.sheets import Asked
from layers.admin_units.models import AdminUnit, Level
from layers.core.errors import LayerError
from layers.core.text import LANGUAGES
from layers.core.time import LOCAL


class Command(BaseCommand):
    """Write a form; the communes are those of the province, or the ones named."""

    help = (
        "Lập biểu thống kê đất đai 01/TKKK hoặc 05/TKKK ra tệp XLSX; có --since thì kèm đối soát hai ngày."
        " / Write a statistics form of land; with --since the two days are reconciled."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Days are of Vietnam."""
        parser.add_argument("out", metavar="OUT.xlsx", type=Path)
        parser.add_argument("--form", choices=FORMS, required=True)
        parser.add_argument("--on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD", help="đến ngày / day")
        parser.add_argument("--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="từ ngày / start, form 05")
        parser.add_argument(
            "--known-at", type=datetime.fromisoformat, metavar="YYYY-MM-DDTHH:MM", help="theo sổ lúc / as known at"
        )
        parser.add_argument("--commune", nargs="+", default=[], metavar="CODE", help="mã xã / communes' codes")
        parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])

    def handle(self, *, out: Path, form: str, on: date, since: date | None, **options: Any) -> None:
        """Write the file.

        Raises:
            CommandError: a commune that there is not, days that run backwards, or nowhere to write.
        """
        if form == "05" and since is None:
            raise CommandError("Biểu 05 cần --since / form 05 wants --since")
        if since is not None and since >= on:
            raise CommandError("--since phải trước --on / --since lies before --on")
        known_at: datetime | None = options["known_at"]
        if known_at is not None and known_at.tzinfo is None:
            known_at = known_at.replace(tzinfo=LOCAL)
        asked = Asked(on=on, since=since, known_at=known_at, language=options["language"])
        try:
            written = report(
                form, _communes(options["commune"]), asked, lambda day: Parcel.objects.as_of(day, known_at)
            )
            out.write_bytes(written)
        except LayerError as fault:
            raise CommandError(f"{fault.message.vi} / {fault.message.en}") from fault
        except OSError as fault:
            raise CommandError(f"Không ghi được / cannot write {out}: {fault.strerror}") from fault
        self.stdout.write(f"{out}: {len(written):,} bytes")


def _communes(codes: list[str]) -> Any:
    rows = AdminUnit.objects.filter(level=Level.COMMUNE.value, is_current=True)
    if not codes:
        return rows.filter(parent__code=settings.GEO_IOC_PROVINCE, parent__is_current=True)
    if missing := sorted(set(codes) - set(rows.filter(code__in=codes).values_list("code", flat=True))):
        raise CommandError(f"Không có xã / no commune {', '.join(missing)}")
    return rows.filter(code__in=codes)
