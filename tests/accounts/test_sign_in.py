"""The page of signing in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from geo_ioc.accounts.models import SessionUse, User
from tests.accounts.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.django_db
Make = Callable[..., User]


def text(response: Any) -> str:
    """The page as text."""
    return str(response.content.decode())


def test_the_right_password_signs_in_and_begins_to_count_idle_time(client: Client, make_user: Make) -> None:
    make_user("lan")

    answer = sign_in(client, "lan")

    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert SessionUse.objects.filter(session_id=client.session.session_key).exists()


def test_the_login_name_may_be_written_in_capitals(client: Client, make_user: Make) -> None:
    make_user("lan")

    assert sign_in(client, " LAN ").status_code == 302


def test_the_form_needs_its_csrf_token(make_user: Make) -> None:
    make_user("lan")

    assert sign_in(Client(enforce_csrf_checks=True), "lan").status_code == 403


@pytest.mark.parametrize("target", ["/du-lich", "/?layers=schools"])
def test_signing_in_goes_on_to_where_one_was_going(client: Client, make_user: Make, target: str) -> None:
    make_user("lan")

    assert sign_in(client, "lan", next=target)["Location"] == target


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:1", "/\\evil.example"])
def test_signing_in_never_leads_to_another_server(client: Client, make_user: Make, target: str) -> None:
    make_user("lan")

    assert sign_in(client, "lan", next=target)["Location"] == "/"


def test_a_wrong_password_says_how_many_tries_remain_and_keeps_the_name(client: Client, make_user: Make) -> None:
    make_user("lan")

    page = text(sign_in(client, "lan", "sai"))

    assert "Còn 4 lần thử" in page
    assert 'value="lan"' in page
    assert "sai" not in page.replace("Đăng nhập sai", "").split("<form")[1].split("</form>")[0]


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(client: Client, make_user: Make) -> None:
    make_user("lan")

    known, unknown = text(sign_in(client, "lan", "sai")), text(sign_in(client, "hoa", "sai"))

    assert "Còn 4 lần thử" in known
    assert "Còn 4 lần thử" in unknown


def test_five_wrong_tries_close_the_account_for_a_quarter_of_an_hour_whatever_the_password(
    client: Client, make_user: Make
) -> None:
    make_user("lan")
    answers = [sign_in(client, "Lan" if n % 2 else "lan", "sai") for n in range(5)]

    after = sign_in(client, "lan", PASSWORD)

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert after.status_code == 429
    assert "Tạm khoá đăng nhập" in text(after)
    assert 800 < int(after["Retry-After"]) <= 900
    assert "_auth_user_id" not in client.session


def test_trying_on_does_not_prolong_the_pause_which_ends_after_fifteen_minutes(client: Client, make_user: Make) -> None:
    make_user("lan")
    for _ in range(5):
        sign_in(client, "lan", "sai")
    attempt = AccessAttempt.objects.get()
    sign_in(client, "lan", "sai")
    assert AccessAttempt.objects.get().attempt_time == attempt.attempt_time

    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - timedelta(minutes=15, seconds=1))

    assert sign_in(client, "lan").status_code == 302


def test_a_pause_of_one_account_does_not_close_another(client: Client, make_user: Make) -> None:
    make_user("lan")
    make_user("minh")
    for _ in range(5):
        sign_in(client, "lan", "sai")

    assert sign_in(client, "minh").status_code == 302


def test_wrong_passwords_are_not_kept(client: Client, make_user: Make) -> None:
    make_user("lan")

    sign_in(client, "lan", "gần đúng rồi")

    assert "gần đúng" not in str(AccessAttempt.objects.values().get())


def test_a_closed_account_cannot_sign_in(client: Client, make_user: Make) -> None:
    make_user("lan", is_active=False)

    answer = sign_in(client, "lan")

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("asked", "heading"), [("vi", "Đăng nhập"), ("en", "Sign in")])
def test_the_page_speaks_both_languages_and_remembers_which(client: Client, asked: str, heading: str) -> None:
    page = client.get(f"/accounts/login/?lang={asked}")
    again = client.get("/accounts/login/")

    assert f">{heading}</h1>" in text(page)
    assert f'<html lang="{asked}">' in text(page)
    assert f">{heading}</h1>" in text(again)


def test_signing_in_speaks_the_language_of_the_account(client: Client, make_user: Make) -> None:
    make_user("lan", language="en")

    assert sign_in(client, "lan").cookies["lang"].value == "en"


def test_the_page_loads_nothing_from_elsewhere_and_runs_no_script(client: Client) -> None:
    answer = client.get("/accounts/login/")

    assert "<script" not in text(answer)
    assert " style=" not in text(answer)
    assert "//" not in text(answer).replace("</", "")
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_nobody_registers(client: Client) -> None:
    answer = client.post("/accounts/signup/", {"username": "moi", "password1": PASSWORD, "password2": PASSWORD})

    assert not User.objects.filter(username="moi").exists()
    assert answer.status_code == 200


def test_signing_out_needs_a_post(client: Client, make_user: Make) -> None:
    client.force_login(make_user())

    client.get("/accounts/logout/")

    assert "_auth_user_id" in client.session


def change_password(client: Client, new: str) -> Any:
    """Post the form for a new password."""
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    return client.post("/accounts/password/change/", fields)


def test_a_new_password_is_taken(client: Client, make_user: Make) -> None:
    user = make_user("lan")
    client.force_login(user)

    answer = change_password(client, "một mật khẩu mới hẳn")

    user.refresh_from_db()
    assert answer.status_code == 302
    assert user.check_password("một mật khẩu mới hẳn")
    assert "Đã đổi mật khẩu" in text(client.get("/accounts/password/change/"))


@pytest.mark.parametrize("new", ["mười-một-kt", "demo-geo-ioc", "123456789012"])
def test_a_short_common_or_demo_password_is_refused(client: Client, make_user: Make, new: str) -> None:
    user = make_user("lan")
    client.force_login(user)

    answer = change_password(client, new)

    user.refresh_from_db()
    assert answer.status_code == 200
    assert user.check_password(PASSWORD)


def test_a_forgotten_password_is_set_by_a_link_from_a_mail(client: Client, make_user: Make, mailoutbox: Any) -> None:
    user = make_user("lan", email="lan@example.vn")
    client.post("/accounts/password/reset/", {"email": "lan@example.vn"})
    link = re.search(r"http://\S+", mailoutbox[0].body)
    assert link
    page = client.get(link[0], follow=True)
    new = "một mật khẩu mới hẳn"

    done = client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True)

    user.refresh_from_db()
    assert user.check_password(new)
    assert "Đã đặt mật khẩu" in text(done)


def test_asking_for_an_unknown_mail_sends_nothing(client: Client, make_user: Make, mailoutbox: Any) -> None:
    make_user("lan", email="lan@example.vn")

    known = client.post("/accounts/password/reset/", {"email": "lan@example.vn"}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "ai@example.vn"}, follow=True)

    assert text(known) == text(unknown)
    assert len(mailoutbox) == 1
