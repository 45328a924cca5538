"""The record of a photo. Its bytes lie under `MEDIA_ROOT`, named by the hash of the original."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from layers.core.attribute import Options
from layers.core.feature import FeatureRef


class PictureType(Options):
    """What the content of an original is, whatever its name says."""

    JPEG = "image/jpeg", "Ảnh JPEG", "JPEG picture"
    PNG = "image/png", "Ảnh PNG", "PNG picture"
    WEBP = "image/webp", "Ảnh WebP", "WebP picture"
    HEIC = "image/heic", "Ảnh HEIC", "HEIC picture"


class Variant(Options):
    """A form in which a photo is served."""

    ORIGINAL = "original", "Bản gốc", "Original"
    COPY = "copy", "Bản hiển thị", "Copy"
    THUMBNAIL = "thumbnail", "Ảnh thu nhỏ", "Thumbnail"


class MediaFile(models.Model):
    """A photo of a feature.

    Deny by default: without `readers` and unpublished, nobody sees it. `taken_at` comes from the EXIF of the original
    and, like the original, is for `readers` only.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64)
    type = models.CharField("loại / type", max_length=20, choices=PictureType.choices())
    size_bytes = models.PositiveIntegerField("dung lượng (byte) / size (bytes)")
    width_px = models.PositiveIntegerField("rộng (px) / width (px)")
    height_px = models.PositiveIntegerField("cao (px) / height (px)")
    taken_at = models.DateTimeField("chụp lúc / taken at", null=True)
    layer = models.CharField("lớp / layer", max_length=64)
    feature_id = models.BigIntegerField("đối tượng / feature")
    readers = ArrayField(
        models.SlugField(max_length=50), default=list, verbose_name="vai trò được xem / roles that may see it"
    )
    is_public = models.BooleanField("công khai / public", default=False)
    published_at = models.DateTimeField("công khai lúc / published at", null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="người công khai / published by",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="người gửi / uploaded by"
    )
    created_at = models.DateTimeField("nhận lúc / received at", default=timezone.now)
    keep_until = models.DateTimeField("giữ đến / kept until", null=True)

    class Meta:
        """Found by feature, by hash and by the end of its time."""

        ordering = ("created_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(published_at__isnull=False), name="media_public_was_published"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="media_hash_is_sha256"),
        ]
        indexes = [
            models.Index(fields=["layer", "feature_id"], name="media_feature"),
            models.Index(fields=["sha256"], name="media_sha256"),
            models.Index(fields=["keep_until"], condition=Q(keep_until__isnull=False), name="media_keep_until"),
        ]
        verbose_name = "ảnh / photo"
        verbose_name_plural = "ảnh / photos"

    def __str__(self) -> str:
        """What it belongs to."""
        return f"{self.layer} {self.feature_id}"

    @property
    def ref(self) -> FeatureRef:
        """The feature it shows."""
        return FeatureRef(layer=self.layer, id=self.feature_id)

    @property
    def picture_type(self) -> PictureType:
        """What its original is."""
        return next(kind for kind in PictureType if kind.value == self.type)

    def url(self, variant: Variant = Variant.COPY) -> str:
        """Address of one form of it."""
        return f"/media/{self.id}/{variant.value}"
