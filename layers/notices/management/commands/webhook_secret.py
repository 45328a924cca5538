"""`manage.py webhook_secret URL`: what the receiver at this URL checks the signatures of notices with."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from layers.core.errors import Invalid
from layers.notices import webhook


class Command(BaseCommand):
    help = "In khoá kiểm chữ ký của một webhook / print the secret that signs the notices to a URL"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the URL exactly as notices name it")

    def handle(self, *, url: str, **_options: object) -> None:
        try:
            webhook.require(url)
        except Invalid as fault:
            raise CommandError(f"{fault.message.vi} / {fault.message.en}") from fault
        self.stdout.write(webhook.secret(url))
