"""Checks a login name and a password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from geo_ioc.accounts.models import User
from geo_ioc.accounts.words import say


class AccountBackend(ModelBackend):
    """Accounts of this server. Demo accounts, and the demo password for anyone, are refused outside demo mode."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The account of this name and password, if it may enter."""
        if not settings.GEO_IOC_DEMO and password == settings.GEO_IOC_DEMO_PASSWORD:
            return None
        return super().authenticate(request, username=username, password=password, **kwargs)

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:  # type: ignore[override]
        """Whether the account may be used; also asked for each request of a session."""
        return isinstance(user, User) and user.may_enter


class NotTheDemoPassword:
    """A password validator: nobody takes the demo password for a real account."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuse the demo password.

        Raises:
            ValidationError: it is the demo password.
        """
        if password == settings.GEO_IOC_DEMO_PASSWORD:
            raise ValidationError(self.get_help_text(), code="demo_password")

    def get_help_text(self) -> str:
        """What to write instead."""
        return str(
            say("Không dùng mật khẩu của tài khoản trình diễn.", "Do not use the password of the demo accounts.")
        )
