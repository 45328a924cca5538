"""The country's units without any demo: what an installation starts from before it imports surveyed boundaries."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from layers.admin_units.load import load_units


class Command(BaseCommand):
    help = "Load the administrative units of both epochs with illustrative boundaries; harmless when repeated."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with transaction.atomic():
            load_units(say=self.stdout.write)
