"""`manage.py drop_dataset d-<n>|SLUG`: a dataset and everything in it, for good."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.datasets import partition
from layers.datasets.models import Dataset


class Command(BaseCommand):
    """Remove one dataset; asks first unless told not to."""

    help = "Xoá hẳn một bộ dữ liệu cùng mọi đối tượng / remove a dataset with all its features"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one."""
        parser.add_argument("dataset", metavar="d-<n>|SLUG")
        parser.add_argument("--yes", action="store_true", help="không hỏi lại / do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask and remove."""
        wanted: str = options["dataset"]
        number = wanted.removeprefix("d-")
        known = {"pk": int(number)} if wanted != number and number.isdigit() else {"name": wanted}
        dataset = Dataset.objects.filter(**known).first()
        if dataset is None:
            raise CommandError(f"Không có bộ dữ liệu “{wanted}”. / There is no dataset “{wanted}”.")
        words = f"{dataset.layer_id} {dataset.name} “{dataset.title_vi}”"
        if not options["yes"] and input(f"Xoá / remove {words}? [y/N] ").strip().lower() != "y":
            raise CommandError("Không xoá. / Nothing was removed.")
        partition.drop(dataset)
        self.stdout.write(f"Đã xoá / removed: {words}")
