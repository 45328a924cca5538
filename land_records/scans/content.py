"""What a file truly is, told by its content: a PDF, a JPEG, a PNG or a TIFF, whole, not more than a page can be.

Nothing is unpacked: no file makes the server hold its pixels.
"""

from typing import BinaryIO

from PIL import Image

from land_records.models.scan import ScanType
from layers.core.errors import Invalid
from layers.core.text import Text

PIXELS_MOST = 600_000_000
"""Of one page: an A0 drawing at 600 dots an inch has 558 million."""
PAGES_MOST = 500
"""Of one TIFF."""
END_BYTES = 2_048
"""A PDF's or JPEG's end mark stands within so many bytes of its end."""

UNREADABLE = Text(
    vi="Tệp không phải PDF, JPEG, PNG hoặc TIFF, hoặc bị hỏng.",
    en="The file is no PDF, JPEG, PNG or TIFF, or it is damaged.",
)
_BEGINNINGS = {
    b"%PDF-": ScanType.PDF,
    b"\xff\xd8\xff": ScanType.JPEG,
    b"\x89PNG\r\n\x1a\n": ScanType.PNG,
    b"II*\x00": ScanType.TIFF,
    b"MM\x00*": ScanType.TIFF,
}
_ENDS = {ScanType.PDF: b"%%EOF", ScanType.JPEG: b"\xff\xd9"}
_TILE_OFFSETS, _TILE_COUNTS, _STRIP_OFFSETS, _STRIP_COUNTS = 324, 325, 273, 279


def type_of(file: BinaryIO, size_bytes: int) -> ScanType:
    """The kind of an open file of this size.

    Raises:
        Invalid: field `file` is none of the four kinds, cut off, or has too many pixels or pages.
    """
    file.seek(0)
    beginning = file.read(8)
    kind = next((kind for mark, kind in _BEGINNINGS.items() if beginning.startswith(mark)), None)
    if kind is None or not _is_ended(file, size_bytes, kind):
        raise _refused()
    if kind is not ScanType.PDF:
        _check_picture(file, size_bytes, kind)
    return kind


def _is_ended(file: BinaryIO, size_bytes: int, kind: ScanType) -> bool:
    if kind not in _ENDS:
        return True
    file.seek(max(0, size_bytes - END_BYTES))
    return _ENDS[kind] in file.read(END_BYTES)


def _check_picture(file: BinaryIO, size_bytes: int, kind: ScanType) -> None:
    file.seek(0)
    try:
        with Image.open(file, formats=[kind.value.removeprefix("image/").upper()]) as image:
            if image.width * image.height > PIXELS_MOST:
                raise _refused()
            if kind is ScanType.PNG:
                image.verify()  # the check sum of every part
            if kind is ScanType.TIFF:
                _check_pages(image, size_bytes)
    except Invalid:
        raise
    except Exception as fault:  # the readers raise whatever a broken file makes of them
        raise _refused() from fault


def _check_pages(image: Image.Image, size_bytes: int) -> None:
    """That the strips or tiles of every page lie in the file."""
    pages = getattr(image, "n_frames", 1)
    if pages > PAGES_MOST:
        raise _refused()
    for page in range(pages):
        image.seek(page)
        tags = image.tag_v2  # type: ignore[attr-defined]
        starts = tags.get(_STRIP_OFFSETS) or tags.get(_TILE_OFFSETS) or ()
        counts = tags.get(_STRIP_COUNTS) or tags.get(_TILE_COUNTS) or ()
        reach = [start + count for start, count in zip(starts, counts, strict=True)]
        if not reach or max(reach) > size_bytes or image.width * image.height > PIXELS_MOST:
            raise _refused()


def _refused() -> Invalid:
    return Invalid(UNREADABLE, fields={"file": UNREADABLE}, field="file")
