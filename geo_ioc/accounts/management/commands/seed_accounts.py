"""`manage.py seed_accounts`: the demo accounts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo_ioc.accounts.demo import DemoRefusedError, seed_accounts


class Command(BaseCommand):
    """Makes or puts right the demo accounts; only in demo mode."""

    help = "Make the demo accounts, one per role (demo mode only; password: GEO_IOC_DEMO_PASSWORD)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed and say what there is.

        Raises:
            CommandError: demo mode is off, or there are no units.
        """
        try:
            users = seed_accounts()
        except DemoRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(users)} demo accounts: {', '.join(user.username for user in users)}")
