"""Bytes of an upload -> what kind of picture they truly are, and copies that carry nothing but pixels.

In: bytes from outside. Out: `Picture` (facts, a copy, a thumbnail). Nothing of the original's metadata is in a copy.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from io import BytesIO

from django.apps import apps
from PIL import Image, ImageOps

from layers.core.errors import Busy, Invalid
from layers.core.text import Text
from layers.media.models import PictureType

PIXELS_MOST = 50_000_000
"""Pixels of an original: what one decoder may unpack, about 200 MB."""
COPY_PX = 2_560
THUMBNAIL_PX = 320
"""Longest edge of the copies, in pixels."""
QUALITY = 85
WAIT_S = 20
"""Longest wait for a free decoder."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LOCAL = timezone(timedelta(hours=7))
"""What a camera's clock shows where it does not say: Asia/Ho_Chi_Minh."""

_DECODED = ("JPEG", "PNG", "WEBP", "HEIF")
_TYPES = {
    "JPEG": PictureType.JPEG,
    "MPO": PictureType.JPEG,  # what several phones write: a JPEG with a second picture behind it
    "PNG": PictureType.PNG,
    "WEBP": PictureType.WEBP,
    "HEIF": PictureType.HEIC,
}
_ORIENTATION, _LYING = 0x0112, (5, 6, 7, 8)
_EXIF_IFD, _DATETIME_ORIGINAL, _OFFSET_ORIGINAL = 0x8769, 0x9003, 0x9011

UNREADABLE = Text(
    vi="Tệp không phải ảnh JPEG, PNG, WebP hoặc HEIC đọc được.", en="The file is no readable JPEG, PNG, WebP or HEIC."
)
TOO_MANY_PIXELS = Text(
    vi=f"Ảnh lớn hơn {PIXELS_MOST // 1_000_000} triệu điểm ảnh.",
    en=f"The picture has more than {PIXELS_MOST // 1_000_000} million pixels.",
)
OCCUPIED = Text(
    vi="Máy chủ đang xử lý nhiều ảnh. Thử lại sau ít giây.",
    en="The server is busy with other pictures. Try again in a few seconds.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A decoded picture.

    Attributes:
        type: by content.
        width_px, height_px: upright, as a person sees it.
        taken_at: when the camera says; None where it does not, or impossibly.
        copy, thumbnail: JPEG bytes in sRGB-like RGB, upright, on white, without metadata.
    """

    type: PictureType
    width_px: int
    height_px: int
    taken_at: datetime | None
    copy: bytes
    thumbnail: bytes


def read_picture(content: bytes, *, now: datetime) -> Picture:
    """What the bytes show.

    Raises:
        Invalid: no picture of the known kinds, broken, or too many pixels.
        Busy: every decoder of this process was taken for `WAIT_S`.
    """
    decoders = apps.get_app_config("media").decoders  # type: ignore[attr-defined]
    if not decoders.acquire(timeout=WAIT_S):
        raise Busy(OCCUPIED)
    try:
        return _read(content, now)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Invalid(TOO_MANY_PIXELS, field="file") from bomb
    except Exception as fault:  # the decoders raise whatever a broken file makes of them
        raise Invalid(UNREADABLE, field="file") from fault
    finally:
        decoders.release()


def _read(content: bytes, now: datetime) -> Picture:
    with Image.open(BytesIO(content), formats=_DECODED) as image:
        if image.width * image.height > PIXELS_MOST:
            raise Invalid(TOO_MANY_PIXELS, field="file")
        kind, taken_at = _TYPES[str(image.format)], _taken_at(image, now)
        turned = image.getexif().get(_ORIENTATION, 1) in _LYING
        width, height = (image.height, image.width) if turned else image.size
        image.draft("RGB", (COPY_PX, COPY_PX))  # a JPEG is then unpacked near the size that is needed
        pixels = _on_white(image)
    pixels.thumbnail((COPY_PX, COPY_PX))
    copy = _jpeg(pixels)
    pixels.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    return Picture(type=kind, width_px=width, height_px=height, taken_at=taken_at, copy=copy, thumbnail=_jpeg(pixels))


def _on_white(image: Image.Image) -> Image.Image:
    """Upright RGB pixels in a new image: whatever else the file held stays behind."""
    upright = ImageOps.exif_transpose(image)
    opaque = Image.new("RGB", upright.size, "white")
    if upright.has_transparency_data:
        layered = upright.convert("RGBA")
        opaque.paste(layered, mask=layered.getchannel("A"))
    else:
        opaque.paste(upright.convert("RGB"))
    return opaque


def _jpeg(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return written.getvalue()


def _taken_at(image: Image.Image, now: datetime) -> datetime | None:
    """When the picture was taken, aware; None where EXIF is silent, unreadable, or names a time that cannot be."""
    try:
        details = image.getexif().get_ifd(_EXIF_IFD)
        said = datetime.strptime(str(details[_DATETIME_ORIGINAL]).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        offset: tzinfo | None = LOCAL
        if _OFFSET_ORIGINAL in details:
            offset = datetime.strptime(str(details[_OFFSET_ORIGINAL]).strip("\0 "), "%z").tzinfo
    except Exception:  # a picture is not refused for what its camera wrote beside it
        return None
    at = said.replace(tzinfo=offset)
    return at if EARLIEST <= at <= now + timedelta(days=1) else None
