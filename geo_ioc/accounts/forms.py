"""The forms of the account pages."""

from datetime import timedelta
from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from geo_ioc.accounts.models import AccessToken
from geo_ioc.accounts.words import say

MOST_TOKENS = 20
"""Usable tokens one account may have."""


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Login name and password; says how many tries remain."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields in both languages."""
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = say("Tên đăng nhập", "Login name"), say("Mật khẩu", "Password")
        login.widget.attrs.update(autocapitalize="none", spellcheck="false")
        named = self.data.get("login") or self.initial.get("login")
        (password if named else login).widget.attrs["autofocus"] = True
        for field in (login, password):
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = say("Nhập ô này.", "Fill this in.")
        password.help_text = ""

    def clean_login(self) -> str:
        """Login names are lower case: one name, one count of failures."""
        return str(super().clean_login()).lower()

    def clean(self) -> dict[str, Any]:
        """Check the password.

        Raises:
            ValidationError: wrong; the message says how many tries remain.
        """
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError as error:
            failures = getattr(self.request, "axes_failures_since_start", None)
            if error.code != "username_password_mismatch" or failures is None:
                raise
            raise ValidationError(_with_tries(settings.AXES_FAILURE_LIMIT - failures), code=error.code) from error
        return cleaned


def _with_tries(left: int) -> str:
    return str(
        say(
            "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt. "
            f"Còn {left} lần thử trước khi tạm khoá 15 phút.",
            "The login name or the password is not right. Check Caps Lock and the keyboard language. "
            f"{left} more {'try' if left == 1 else 'tries'} before a pause of 15 minutes.",
        )
    )


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """A new password beside the current one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields in both languages."""
        super().__init__(*args, **kwargs)
        name_password_fields(self)
        old = self.fields["oldpassword"]
        old.label, old.help_text = say("Mật khẩu hiện tại", "Current password"), ""


class ResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """Asks where to send the link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the field in both languages."""
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = say("Thư điện tử", "E-mail")
        email.widget.attrs.pop("placeholder", None)


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    """A new password, by the link from a mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields in both languages."""
        super().__init__(*args, **kwargs)
        name_password_fields(self)


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the field in both languages."""
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.label, password.help_text = say("Mật khẩu", "Password"), ""
        password.widget.attrs.pop("placeholder", None)


def name_password_fields(form: forms.Form) -> None:
    """Label the two fields of a new password and say what it must be."""
    labels = {
        "password1": say("Mật khẩu mới", "New password"),
        "password2": say("Nhập lại mật khẩu mới", "New password again"),
    }
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)
    form.fields["password1"].help_text = say(
        "Ít nhất 12 ký tự; một câu dễ nhớ thì tốt hơn ký tự khó nhớ.",
        "At least 12 characters; a sentence you remember is better than signs you do not.",
    )


class TokenForm(forms.Form):
    """A new token: its name, how long it lasts and, for administrators, whether it is for a wall."""

    name = forms.CharField(
        label=say("Tên gợi nhớ", "Name"),
        max_length=80,
        help_text=say("Ví dụ: QGIS ở máy phòng kỹ thuật", "For example: QGIS on the office computer"),
    )
    lasts = forms.TypedChoiceField(
        label=say("Thời hạn", "Valid for"),
        coerce=int,
        initial=90,
        choices=[(days, say(f"{days} ngày", f"{days} days")) for days in (30, 90, 365)],
    )
    kind = forms.ChoiceField(
        label=say("Dùng cho", "Used by"),
        choices=[
            (AccessToken.Kind.PERSONAL, say("phần mềm của tôi (QGIS, script)", "my programs (QGIS, scripts)")),
            (
                AccessToken.Kind.WALL,
                say(
                    "màn hình phòng điều hành (chỉ xem, không hết hạn)",
                    "a control-room wall (read-only, does not expire)",
                ),
            ),
        ],
        initial=AccessToken.Kind.PERSONAL,
    )

    def __init__(self, *args: Any, walls: bool, **kwargs: Any) -> None:
        """Offer wall tokens only where `walls` says so: to administrators."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = say("Nhập ô này.", "Fill this in.")
        if not walls:
            del self.fields["kind"]

    @property
    def kind_chosen(self) -> str:
        """Personal, unless an administrator chose otherwise."""
        return str(self.cleaned_data.get("kind", AccessToken.Kind.PERSONAL))

    @property
    def duration(self) -> timedelta | None:
        """How long the token lasts; None, for ever, for a wall."""
        return None if self.kind_chosen == AccessToken.Kind.WALL else timedelta(days=self.cleaned_data["lasts"])
