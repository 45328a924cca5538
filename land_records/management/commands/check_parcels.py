"""`manage.py check_parcels [--commune CODE …]`: look at every parcel for problems, all over or in some communes."""

from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from land_records.models import Parcel
from land_records.quality.recompute import Looked, check_changed, check_commune
from layers.admin_units.models import AdminUnit, Level


class Command(BaseCommand):
    """Look at whole communes, or at what changed."""

    help = (
        "Kiểm tra lỗi dữ liệu thửa đất của các xã, hoặc chỉ chỗ vừa thay đổi"
        " / check parcels for problems, commune by commune or where something changed"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--commune", nargs="+", default=[], metavar="CODE", help="mã xã / communes' codes")
        which.add_argument("--changed", action="store_true", help="chỉ chỗ vừa thay đổi / only what changed")

    def handle(self, *, commune: list[str], changed: bool, **_options: Any) -> None:
        """Say what came of each commune.

        Raises:
            CommandError: a commune that there is not.
        """
        if changed:
            self.stdout.write(_said(check_changed(float("inf"))))
            return
        total = Looked(0)
        for unit in _communes(commune):
            started = perf_counter()
            looked = check_commune(unit.pk)
            self.stdout.write(f"{unit.code} {unit.full_name}: {_said(looked)}; {perf_counter() - started:.1f} s")
            total += looked
        self.stdout.write(_said(total))


def _said(looked: Looked) -> str:
    return (
        f"xem / looked at {looked.parcels:,}, mới / new {looked.found:,}, vẫn còn / still there {looked.kept:,},"
        f" hết / gone {looked.gone:,}"
    )


def _communes(codes: list[str]) -> list[AdminUnit]:
    """Those named, else all that have parcels."""
    rows = AdminUnit.objects.filter(level=Level.COMMUNE.value, is_current=True).order_by("code")
    if not codes:
        return list(rows.filter(pk__in=Parcel.objects.current().values("commune")))
    if missing := sorted(set(codes) - set(rows.filter(code__in=codes).values_list("code", flat=True))):
        raise CommandError(f"Không có xã / no commune {', '.join(missing)}")
    return list(rows.filter(code__in=codes))
