"""The demo province: every room `seed` of the installed applications, in their order, then the demo accounts.

A room has one function, `seed(province, say)`: deterministic, harmless when repeated, each run in one transaction.
"""

from argparse import ArgumentParser
from importlib import import_module
from time import perf_counter

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.module_loading import module_has_submodule

import fixtures
from layers.core.install import sync_database

MOST_PARCELS = 5_000_000


class Command(BaseCommand):
    help = "Load the demo province (demo mode only); the same seed gives the same rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="number the demo is drawn from (default 7)")
        parser.add_argument(
            "--province", default=settings.GEO_IOC_PROVINCE, help="code of the province (default %(default)s)"
        )
        parser.add_argument(
            "--parcels",
            type=int,
            default=fixtures.DEFAULT_PARCELS,
            help="least number of land parcels, up to a few million (default %(default)s)",
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing where a demo already is")

    def handle(self, *, seed: int, province: str, parcels: int, if_empty: bool, **_options: object) -> None:
        if not settings.GEO_IOC_DEMO:
            raise CommandError("Demo mode is off (GEO_IOC_DEMO=0): nothing was loaded.")
        if not 0 < parcels <= MOST_PARCELS:
            raise CommandError(f"--parcels {parcels}: give a number from 1 to {MOST_PARCELS:,}.")
        # The accounts come last, so a seed that was broken off is taken up again.
        if if_empty and get_user_model().objects.exists():
            self.stdout.write("The demo province is there")
            return
        try:
            drawn = fixtures.province(code=province, seed=seed, parcels=parcels)
        except fixtures.NoSuchProvinceError as fault:
            raise CommandError(str(fault)) from fault
        rooms = [
            config for config in apps.get_app_configs() if config.module and module_has_submodule(config.module, "seed")
        ]
        for number, config in enumerate(rooms, start=1):
            started = perf_counter()
            self.stdout.write(f"[{number}/{len(rooms)}] {config.verbose_name} …")
            with transaction.atomic():
                import_module(f"{config.name}.seed").seed(drawn, self.stdout.write)
            self.stdout.write(f"[{number}/{len(rooms)}] {config.verbose_name}: {perf_counter() - started:.1f} s")
        sync_database()
        with connection.cursor() as cursor:
            cursor.execute("analyze")
        call_command("seed_accounts", stdout=self.stdout)
