"""Topics: what of a table is announced, and what is not."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

pytestmark = pytest.mark.django_db


def _announced() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from map_change where layer = '@access'")
        return int((cursor.fetchone() or (0,))[0])


def test_a_sign_in_announces_nothing_and_the_end_of_a_session_does() -> None:
    user = get_user_model().objects.create(username="x")
    before = _announced()

    get_user_model().objects.filter(pk=user.pk).update(last_login=timezone.now())
    Session.objects.create(session_key="k" * 32, session_data="", expire_date=timezone.now())
    assert _announced() == before

    Session.objects.all().delete()
    assert _announced() == before + 1


def test_a_changed_right_is_announced() -> None:
    user = get_user_model().objects.create(username="x")
    before = _announced()

    get_user_model().objects.filter(pk=user.pk).update(is_active=False)

    assert _announced() == before + 1
