"""`manage.py sync_journal`: install the journal's triggers and the search indexes from the declarations."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from layers.core.install import keep_cells, sync_database


class Command(BaseCommand):
    """Bring the database's own part of every layer up to date; harmless to repeat."""

    help = "Cài trigger nhật ký thay đổi và chỉ mục tìm kiếm / install change-journal triggers and search indexes"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to count all cells anew."""
        parser.add_argument("--recount", action="store_true", help="đếm lại mọi ô gộp / count all cells anew")

    def handle(self, *args: Any, recount: bool, **options: Any) -> None:
        """Install and say how many tables are watched."""
        tables = sync_database()
        if recount:
            keep_cells(anew=True)
        self.stdout.write(f"{len(tables)} tables are watched: {', '.join(tables)}")
