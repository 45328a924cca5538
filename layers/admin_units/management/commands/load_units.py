"""The country's units without any demo: what an installation starts from before it imports surveyed boundaries."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from layers.admin_units.load import load_units
from layers.admin_units.models import AdminUnit


class Command(BaseCommand):
    help = "Load the administrative units of both epochs with illustrative boundaries; harmless when repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where units are")

    def handle(self, *, if_empty: bool, **_options: Any) -> None:
        if if_empty and AdminUnit.objects.exists():
            self.stdout.write("The units are there")
            return
        with transaction.atomic():
            load_units(say=self.stdout.write)
