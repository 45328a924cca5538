"""The delivery log in the administration."""

import pytest
from django.contrib.auth import get_user_model

from layers.notices.models import Channel
from layers.notices.outbox import Recipient, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    """A browser of the role admin."""
    client.force_login(get_user_model().objects.create_superuser("chi", password="một câu rất dễ nhớ"))
    return client


def test_the_delivery_log_is_read_and_never_changed_and_hides_the_values(administrator):
    to = Recipient(channel=Channel.EMAIL, address="an@example.vn")
    entry = send("message", [to], {"text": "rất riêng tư"})[0]
    address = f"/admin/notices/notice/{entry.pk}"

    assert administrator.get("/admin/notices/notice/").status_code == 200
    assert administrator.get(f"{address}/change/").status_code == 200
    assert administrator.get("/admin/notices/notice/add/").status_code == 403
    assert administrator.post(f"{address}/change/", {}).status_code == 403
    assert administrator.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert type(entry).objects.filter(pk=entry.pk).exists()
    assert "rất riêng tư" not in administrator.get(f"{address}/change/").content.decode()
