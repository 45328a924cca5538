"""Who gets which form of a photo."""

from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from layers.audit.models import AuditEntry
from layers.core.viewer import ANYONE, role
from layers.media import folder
from layers.media.models import Variant
from layers.media.storage import publish, store, withdraw
from tests.layers.media.pictures import exif, picture
from tests.toys import factories

pytestmark = pytest.mark.django_db

SHOWN = (Variant.COPY, Variant.THUMBNAIL)


@pytest.fixture
def photo(visit, keeper):
    """A photo of the visit for its keeper; nobody published it."""
    return store(picture(exif=exif()), ANYONE, visit, readers=[role("toy_keeper")])


def test_an_unpublished_photo_is_not_there_for_others(photo, ask, watcher, other_unit):
    elsewhere = factories.make_viewer("toy_keeper", units=(other_unit,))

    for viewer in (ANYONE, watcher, elsewhere):
        for variant in Variant:
            assert ask(viewer).get(photo.url(variant)).status_code == 404


def test_everyone_sees_copies_of_a_published_photo_and_never_its_original(photo, ask, keeper):
    publish(photo, keeper)

    for variant in SHOWN:
        response = ask(ANYONE).get(photo.url(variant))
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert dict(Image.open(BytesIO(response.content)).getexif()) == {}
    assert ask(ANYONE).get(photo.url(Variant.ORIGINAL)).status_code == 404


def test_a_withdrawn_photo_is_gone_for_the_public(photo, ask, keeper):
    publish(photo, keeper)
    shown = ask(ANYONE).get(photo.url())
    withdraw(photo, keeper)

    assert ask(ANYONE).get(photo.url(), if_none_match=shown["ETag"]).status_code == 404


def test_a_reader_gets_the_original_and_the_log_says_so(photo, ask, keeper, visit):
    response = ask(keeper).get(photo.url(Variant.ORIGINAL))

    assert response.status_code == 200
    assert b"PhoneMaker" in response.content
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    entry = AuditEntry.objects.first()
    assert (entry.login, entry.action) == (keeper.user, "media_original")
    assert (entry.layer, entry.feature_id, entry.detail) == ("toy_visits", visit.id, {"media": str(photo.pk)})


def test_a_copy_for_readers_is_private_and_a_public_one_is_asked_for_each_time(photo, ask, keeper):
    private = ask(keeper).get(photo.url())["Cache-Control"]
    publish(photo, keeper)
    public = ask(ANYONE).get(photo.url())["Cache-Control"]

    assert {part.strip() for part in private.split(",")} == {"private", "no-cache"}
    assert {part.strip() for part in public.split(",")} == {"public", "no-cache"}


def test_a_browser_that_has_the_copy_is_not_sent_it_again(photo, ask, keeper):
    first = ask(keeper).get(photo.url())

    assert ask(keeper).get(photo.url(), if_none_match=first["ETag"]).status_code == 304


@pytest.mark.parametrize("path", [f"/media/{uuid4()}/copy", "/media/1/copy", "/media/../manage.py"])
def test_what_does_not_exist_is_not_there(path, ask, db):
    assert ask(ANYONE).get(path).status_code == 404


def test_a_variant_that_does_not_exist_is_not_there(photo, ask, keeper):
    assert ask(keeper).get(f"/media/{photo.pk}/huge").status_code == 404


def test_a_photo_whose_file_was_lost_is_not_there(photo, ask, keeper):
    folder.path_of(photo.sha256, photo.picture_type, Variant.COPY).unlink()

    assert ask(keeper).get(photo.url()).status_code == 404


def test_a_photo_of_a_layer_that_is_gone_is_for_nobody(photo, ask, keeper):
    photo.layer = "gone"
    photo.save()

    assert ask(keeper).get(photo.url()).status_code == 404
