"""The accounts as a Django application, with the one cache of callers of the process."""

from django.apps import AppConfig

from geo_ioc.accounts.cache import ViewerCache
from geo_ioc.accounts.tables import ACCESS_TABLES as ACCESS_TABLES
from geo_ioc.accounts.words import say


class AccountsConfig(AppConfig):
    """Users, roles, areas and keys.

    Attributes:
        viewers: who is behind which session, token or key; whoever follows the journal turns it on and clears it.
    """

    name = "geo_ioc.accounts"
    label = "accounts"
    verbose_name = say("Tài khoản", "Accounts")
    viewers: ViewerCache

    def ready(self) -> None:
        """Make the process's cache, empty and off."""
        self.viewers = ViewerCache()
