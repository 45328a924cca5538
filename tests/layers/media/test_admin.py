"""Photos in the administration."""

import pytest
from django.contrib.auth import get_user_model

from layers.core.viewer import ANYONE
from layers.media.storage import store
from tests.layers.media.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    """A browser of the role admin."""
    client.force_login(get_user_model().objects.create_superuser("chi", password="một câu rất dễ nhớ"))
    return client


def test_photos_are_listed_and_not_changed(administrator, visit):
    entry = store(picture(), ANYONE, visit)
    address = f"/admin/media/mediafile/{entry.pk}"

    assert administrator.get("/admin/media/mediafile/").status_code == 200
    assert administrator.get(f"{address}/change/").status_code == 200
    assert administrator.get("/admin/media/mediafile/add/").status_code == 403
    assert administrator.post(f"{address}/change/", {}).status_code == 403
    assert administrator.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert type(entry).objects.filter(pk=entry.pk).exists()
