"""How allauth behaves here: nobody registers, single sign-on makes accounts without rights, its words are ours."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from geo_ioc.accounts.models import User
from geo_ioc.accounts.session import note_use
from geo_ioc.accounts.words import say

SILENT = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")
"""What the page itself shows needs no message."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are entered by an administrator."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": say("Tài khoản này đã bị khoá.", "This account is closed."),
        "username_password_mismatch": say(
            "Tên đăng nhập hoặc mật khẩu không đúng.", "The login name or the password is not right."
        ),
        "too_many_login_attempts": say(
            "Có quá nhiều lần đăng nhập sai từ máy này. Thử lại sau một phút.",
            "Too many failed sign-ins from this computer. Try again in a minute.",
        ),
        "enter_current_password": say("Nhập mật khẩu hiện tại.", "Enter the current password."),
        "incorrect_password": say("Mật khẩu không đúng.", "The password is not right."),
        "invalid_password_reset": say(
            "Liên kết đặt lại mật khẩu không còn dùng được.", "The link to set a new password no longer works."
        ),
        "rate_limited": say("Quá nhiều yêu cầu. Chờ một phút rồi thử lại.", "Too many requests. Wait a minute."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and begin to count the session's idle time."""
        super().login(request, user)
        assert request.session.session_key
        note_use(request.session.session_key, at=timezone.now())

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **more: Any
    ) -> None:
        """Say only what the page does not show."""
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *rest, **more)


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Single sign-on: a person new to us gets an account without roles, which sees what the public sees."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Only where an administrator configured a provider."""
        return bool(settings.SOCIALACCOUNT_PROVIDERS)
