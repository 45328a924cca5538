"""Brings a database to where it can serve: tables, journal triggers and, in demo mode, the demo province once."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate, install the change journal, and seed the demo province where demo mode is on and nothing is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--without-data", action="store_true", help="do not seed the demo province")

    def handle(self, *, without_data: bool, **_options: object) -> None:
        self.stdout.write("Tables")
        call_command("migrate", verbosity=0, stdout=self.stdout)
        self.stdout.write("Change journal")
        call_command("sync_journal", stdout=self.stdout)
        if settings.GEO_IOC_DEMO and not without_data:
            call_command("seed", if_empty=True, stdout=self.stdout)
