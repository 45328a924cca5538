"""What an upload truly is, and that a copy carries only pixels."""

import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from layers.core.errors import Invalid
from layers.media.models import PictureType
from layers.media.picture import COPY_PX, PIXELS_MOST, THUMBNAIL_PX, read_picture
from tests.layers.media.pictures import NOW, exif, picture


def _opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("JPEG", PictureType.JPEG),
        ("MPO", PictureType.JPEG),
        ("PNG", PictureType.PNG),
        ("WEBP", PictureType.WEBP),
        ("HEIF", PictureType.HEIC),
    ],
)
def test_the_type_is_read_from_the_content(form, expected):
    read = read_picture(picture(form).getvalue(), now=NOW)

    assert read.type is expected
    assert (read.width_px, read.height_px) == (640, 480)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_copy_holds_no_metadata_of_the_original(form):
    comment = {"comment": b"Nguyen Van A"} if form == "JPEG" else {}
    content = picture(form, exif=exif(), **comment).getvalue()
    assert b"PhoneMaker" in content

    read = read_picture(content, now=NOW)

    for copy in (read.copy, read.thumbnail):
        opened = _opened(copy)
        assert dict(opened.getexif()) == {}
        assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert b"PhoneMaker" not in copy
        assert b"Nguyen" not in copy


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_taken_with_a_turned_camera_is_upright(form):
    read = read_picture(picture(form, size=(640, 480), exif=exif(orientation=6).tobytes()).getvalue(), now=NOW)

    assert (read.width_px, read.height_px) == (480, 640)
    upright = _opened(read.copy)
    assert upright.size == (480, 640)
    red, _, blue = upright.getpixel((240, 40))  # turned clockwise: the left half is now the upper one
    assert red > 200 > 60 > blue


def test_copies_are_bounded_and_small_pictures_are_not_blown_up():
    large = read_picture(picture(size=(6000, 2000)).getvalue(), now=NOW)
    small = read_picture(picture(size=(100, 80)).getvalue(), now=NOW)

    assert max(_opened(large.copy).size) <= COPY_PX
    assert max(_opened(large.thumbnail).size) <= THUMBNAIL_PX
    assert (large.width_px, large.height_px) == (6000, 2000)
    assert _opened(small.copy).size == _opened(small.thumbnail).size == (100, 80)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_is_transparent_becomes_white(form):
    read = read_picture(picture(form, mode="RGBA").getvalue(), now=NOW)

    assert min(_opened(read.copy).getpixel((600, 240))) > 240


@pytest.mark.parametrize(
    ("taken", "offset", "expected"),
    [
        ("2026:03:04 05:06:07", None, datetime(2026, 3, 3, 22, 6, 7, tzinfo=UTC)),
        ("2026:03:04 05:06:07", "+09:00", datetime(2026, 3, 3, 20, 6, 7, tzinfo=UTC)),
        ("2026:03:04 05:06:07", "nonsense", None),
        ("0000:00:00 00:00:00", None, None),
        ("1970:01:01 00:00:00", None, None),
        ((NOW + timedelta(days=9)).strftime("%Y:%m:%d %H:%M:%S"), None, None),
    ],
)
def test_the_camera_s_time_is_kept_where_it_can_be(taken, offset, expected):
    content = picture(exif=exif(taken=taken, offset=offset)).getvalue()

    assert read_picture(content, now=NOW).taken_at == expected


def _png_of(width: int, height: int) -> bytes:
    """A PNG that says it is this large, with nothing behind it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("pixels", [PIXELS_MOST + 10_000, 100_000_000, 4_000_000_000])
def test_a_decompression_bomb_is_refused_by_its_header(pixels):
    with pytest.raises(Invalid, match="million pixels") as refused:
        read_picture(_png_of(10_000, pixels // 10_000), now=NOW)

    assert refused.value.field == "file"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 ...",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\0" * 20,
        b"PK\x03\x04" + b"\0" * 40,
        picture().getvalue()[:400],
        picture("HEIF").getvalue()[:300],
    ],
    ids=["pdf", "svg", "gif", "zip", "half a jpeg", "half a heic"],
)
def test_what_is_no_whole_picture_of_a_known_kind_is_refused(content):
    with pytest.raises(Invalid) as refused:
        read_picture(content, now=NOW)

    assert refused.value.field == "file"


@settings(max_examples=120, deadline=None)
@given(
    form=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6),
)
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(form, changes):
    content = bytearray(picture(form, size=(64, 48), exif=exif()).getvalue())
    for at, damage in changes:
        at %= len(content)
        content[at : at + len(damage)] = damage

    with suppress(Invalid):
        read_picture(bytes(content), now=NOW)
