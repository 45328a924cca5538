"""A photo's way in, out into public, and out of the house.

In: an upload and the feature it shows. Out: a `MediaFile` and its three files. A hash is locked while its files are
written or removed, until the transaction ends: the sweep never takes a file whose row is about to be committed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Protocol

from django.db import connection, transaction
from django.utils import timezone

from layers.core.errors import Forbidden, Invalid
from layers.core.feature import FeatureRef
from layers.core.text import Text
from layers.core.viewer import Role, Viewer
from layers.media import access, folder
from layers.media.models import MediaFile, Variant
from layers.media.picture import read_picture

SIZE_MOST_BYTES = 20 * 1024 * 1024
TOO_LARGE = Text(vi="Tệp lớn hơn 20 MB.", en="The file is larger than 20 MB.")
EMPTY = Text(vi="Tệp rỗng.", en="The file is empty.")
BATCH = 500
EXPIRED_MOST = 20_000
"""Rows one sweep removes; the next takes the rest."""


class Upload(Protocol):
    """What a form or an open file gives."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; empty at the end."""
        ...


def store(
    upload: Upload,
    viewer: Viewer,
    ref: FeatureRef,
    *,
    readers: Sequence[Role] = (),
    keep_until: datetime | None = None,
) -> MediaFile:
    """Keep a photo; nobody but `readers` sees it until it is published.

    Call it last in a transaction: the file of a transaction that fails stays until the next sweep.

    Args:
        upload: the bytes; its name and the type it claims are ignored.
        viewer: who sends it; the public too.
        ref: the feature it shows.
        readers: roles that may see it, the original included, where they see the feature.
        keep_until: when it is removed; None while its feature lives.

    Raises:
        Invalid: field `file` is empty, larger than 20 MB or 50 million pixels, or no JPEG, PNG, WebP or HEIC picture.
        Busy: too many pictures are being decoded.
    """
    content, now = _content(upload), timezone.now()
    picture = read_picture(content, now=now)
    digest = sha256(content).hexdigest()
    with transaction.atomic():
        _lock(digest)
        for variant, written in (
            (Variant.ORIGINAL, content),
            (Variant.COPY, picture.copy),
            (Variant.THUMBNAIL, picture.thumbnail),
        ):
            folder.write(folder.path_of(digest, picture.type, variant), written)
        return MediaFile.objects.create(
            sha256=digest,
            type=picture.type.value,
            size_bytes=len(content),
            width_px=picture.width_px,
            height_px=picture.height_px,
            taken_at=picture.taken_at,
            layer=ref.layer,
            feature_id=ref.id,
            readers=sorted({role.slug for role in readers}),
            uploaded_by_id=viewer.user_id,
            created_at=now,
            keep_until=keep_until,
        )


def publish(file: MediaFile, viewer: Viewer) -> None:
    """Show copy and thumbnail to everyone, after this person looked at them: faces and plates are not blurred yet.

    Raises:
        Forbidden: the viewer is none of the readers, or does not see the feature.
    """
    _set_public(file, viewer, public=True)


def withdraw(file: MediaFile, viewer: Viewer) -> None:
    """Take copy and thumbnail back from the public.

    Raises:
        Forbidden: the viewer is none of the readers, or does not see the feature.
    """
    _set_public(file, viewer, public=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep removed: rows whose time was over, and files that no row names."""

    expired: int
    files: int


def sweep(now: datetime) -> Swept:
    """Remove what may no longer be kept; at most `EXPIRED_MOST` rows a run. The log names how much, never what."""
    expired = 0
    overdue = MediaFile.objects.filter(keep_until__lte=now).order_by("keep_until")
    while expired < EXPIRED_MOST and (batch := list(overdue.values_list("pk", flat=True)[:BATCH])):
        expired += MediaFile.objects.filter(pk__in=batch).delete()[0]
    files = 0
    stored = folder.hashes()
    while digests := set(islice(stored, BATCH)):
        named = set(MediaFile.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
        files += sum(_remove_unnamed(digest) for digest in digests - named)
    folder.remove_unfinished()
    if expired or files:
        access.log(Viewer(device="sweep_media"), "media_removed", detail={"expired": expired, "files": files})
    return Swept(expired=expired, files=files)


def _remove_unnamed(digest: str) -> int:
    with transaction.atomic():
        _lock(digest)
        return 0 if MediaFile.objects.filter(sha256=digest).exists() else folder.remove(digest)


def _set_public(file: MediaFile, viewer: Viewer, *, public: bool) -> None:
    if not access.may_read(file, viewer):
        raise Forbidden
    file.is_public = public
    file.published_at = timezone.now() if public else None
    file.published_by_id = viewer.user_id if public else None
    file.save(update_fields=["is_public", "published_at", "published_by"])
    access.log(viewer, "media_published" if public else "media_withdrawn", file=file)


def _content(upload: Upload) -> bytes:
    content = upload.read(SIZE_MOST_BYTES + 1)
    if len(content) > SIZE_MOST_BYTES:
        raise Invalid(TOO_LARGE, field="file")
    if not content:
        raise Invalid(EMPTY, field="file")
    return content


def _lock(digest: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('media'), hashtext(%s))", [digest])
