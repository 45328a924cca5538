"""`manage.py sync_journal`: install the journal's triggers and the search indexes from the declarations."""

from typing import Any

from django.core.management.base import BaseCommand

from layers.core.install import sync_database


class Command(BaseCommand):
    """Bring the database's own part of every layer up to date; harmless to repeat."""

    help = "Cài trigger nhật ký thay đổi và chỉ mục tìm kiếm / install change-journal triggers and search indexes"

    def handle(self, *args: Any, **options: Any) -> None:
        """Install and say how many tables are watched."""
        tables = sync_database()
        self.stdout.write(f"{len(tables)} tables are watched: {', '.join(tables)}")
