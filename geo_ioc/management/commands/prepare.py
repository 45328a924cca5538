"""Brings a database to where it can serve: tables, triggers, the demo province or the country's units, once."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from geo_ioc import broker
from geo_ioc.accounts.demo import issue_device


class Command(BaseCommand):
    help = "Migrate, install the change journal, load the demo province in demo mode or else the country's units, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--without-data", action="store_true", help="load neither the demo province nor the units")

    def handle(self, *, without_data: bool, **_options: object) -> None:
        self.stdout.write("Tables")
        call_command("migrate", verbosity=0, stdout=self.stdout)
        self.stdout.write("Change journal")
        call_command("sync_journal", stdout=self.stdout)
        if settings.GEO_IOC_MQTT_PRIVATE:
            self._broker()
        if without_data:
            return
        if settings.GEO_IOC_DEMO:
            call_command("seed", if_empty=True, stdout=self.stdout)
            issue_device(settings.GEO_IOC_VAR)
        else:
            call_command("load_units", if_empty=True, stdout=self.stdout)

    def _broker(self) -> None:
        if broker.program() is None:
            (settings.GEO_IOC_VAR / "mqtt_url").unlink(missing_ok=True)
            self.stdout.write("MQTT: mosquitto is not installed; devices report by HTTP only")
            return
        made = broker.prepare()
        self.stdout.write(f"MQTT: port {made.port}; devices trust {made.folder / 'ca.pem'}")
