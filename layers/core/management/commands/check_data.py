"""`manage.py check_data`: the declarations against the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.core.checks import check_database
from layers.core.install import topics


class Command(BaseCommand):
    """Say what is wrong between declarations and database; exit status 1 if anything is."""

    help = "Đối chiếu khai báo lớp với cơ sở dữ liệu / check declarations against the database"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every fault."""
        faults = check_database(topics())
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults")
        self.stdout.write("ok")
