"""How photos are kept, published, and removed in time."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from layers.audit.models import AuditEntry
from layers.core.errors import Forbidden, Invalid
from layers.core.viewer import ANYONE, role
from layers.media import folder
from layers.media.models import MediaFile, Variant
from layers.media.storage import SIZE_MOST_BYTES, publish, store, sweep, withdraw
from tests.layers.media.pictures import exif, picture
from tests.toys import factories

pytestmark = pytest.mark.django_db

KEEPER = role("toy_keeper")


def _paths(file: MediaFile) -> list:
    return [folder.path_of(file.sha256, file.picture_type, variant) for variant in Variant]


def test_a_photo_is_kept_as_it_came_and_as_clean_copies(visit, keeper):
    sent = picture(exif=exif())

    file = store(sent, keeper, visit, readers=[KEEPER])

    original, copy, thumbnail = _paths(file)
    assert original.read_bytes() == sent.getvalue()
    assert b"PhoneMaker" not in copy.read_bytes() + thumbnail.read_bytes()
    assert (file.ref, file.uploaded_by_id, file.readers) == (visit, keeper.user_id, ["toy_keeper"])
    assert file.size_bytes == len(sent.getvalue())
    assert file.taken_at is not None
    assert not file.is_public


def test_files_are_for_the_server_s_user_only(visit, keeper):
    file = store(picture(), keeper, visit)

    for path in _paths(file):
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0


def test_a_file_of_more_than_twenty_megabytes_is_refused_unread(visit, keeper):
    sent = BytesIO(picture().getvalue() + b"\0" * SIZE_MOST_BYTES)

    with pytest.raises(Invalid, match="20 MB") as refused:
        store(sent, keeper, visit)

    assert refused.value.field == "file"
    assert sent.tell() == SIZE_MOST_BYTES + 1


def test_an_empty_file_is_refused_by_name(visit, keeper):
    with pytest.raises(Invalid, match="empty"):
        store(BytesIO(), keeper, visit)


def test_the_same_photo_twice_is_one_file_and_two_records(visit, keeper, media_root):
    one, other = store(picture(), keeper, visit), store(picture(), keeper, visit)

    assert one.pk != other.pk
    assert _paths(one) == _paths(other)
    assert len([path for path in media_root.rglob("*") if path.is_file()]) == 3


def test_only_a_reader_who_sees_the_feature_publishes(visit, keeper, watcher, other_unit):
    file = store(picture(), ANYONE, visit, readers=[KEEPER])
    elsewhere = factories.make_viewer("toy_keeper", units=(other_unit,))

    for viewer in (ANYONE, watcher, elsewhere):
        with pytest.raises(Forbidden):
            publish(file, viewer)
    publish(file, keeper)

    file.refresh_from_db()
    assert (file.is_public, file.published_by_id) == (True, keeper.user_id)
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.feature_id, entry.detail) == ("media_published", visit.id, {"media": str(file.pk)})


def test_a_published_photo_can_be_withdrawn(visit, keeper):
    file = store(picture(), keeper, visit, readers=[KEEPER])
    publish(file, keeper)

    withdraw(file, keeper)

    file.refresh_from_db()
    assert (file.is_public, file.published_at) == (False, None)


def test_no_row_is_public_without_having_been_published(visit, keeper):
    file = store(picture(), keeper, visit)

    with pytest.raises(IntegrityError), transaction.atomic():
        MediaFile.objects.filter(pk=file.pk).update(is_public=True)


def test_the_sweep_removes_what_may_no_longer_be_kept_and_nothing_else(visit, keeper):
    now = timezone.now()
    over = store(picture(size=(50, 50)), keeper, visit, keep_until=now - timedelta(days=1))
    kept = store(picture(size=(60, 60)), keeper, visit, keep_until=now + timedelta(days=1))
    ever = store(picture(size=(70, 70)), keeper, visit)

    swept = sweep(now)

    assert (swept.expired, swept.files) == (1, 3)
    assert set(MediaFile.objects.values_list("pk", flat=True)) == {kept.pk, ever.pk}
    assert not any(path.exists() for path in _paths(over))
    assert all(path.exists() for path in _paths(kept) + _paths(ever))
    entry = AuditEntry.objects.first()
    assert (entry.device, entry.action, entry.detail) == ("sweep_media", "media_removed", {"expired": 1, "files": 3})


def test_a_file_outlives_one_of_its_two_records(visit, keeper):
    now = timezone.now()
    store(picture(), keeper, visit, keep_until=now - timedelta(days=1))
    kept = store(picture(), keeper, visit)

    assert sweep(now).files == 0
    assert all(path.exists() for path in _paths(kept))


def test_the_file_of_a_transaction_that_failed_goes_with_the_next_sweep(visit, keeper, media_root):
    with transaction.atomic():
        store(picture(), keeper, visit)
        transaction.set_rollback(True)

    call_command("sweep_media")

    assert [path for path in media_root.rglob("*") if path.is_file()] == []


def test_a_sweep_with_nothing_to_remove_leaves_no_entry(media_root):
    before = AuditEntry.objects.count()

    assert sweep(timezone.now()).expired == 0
    assert AuditEntry.objects.count() == before
