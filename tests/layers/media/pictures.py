"""Pictures as phones make them."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MAKER, ORIENTATION, GPS, DETAILS, TAKEN, OFFSET = 0x010F, 0x0112, 0x8825, 0x8769, 0x9003, 0x9011


def exif(taken: str = "2026:03:04 05:06:07", offset: str | None = None, orientation: int = 6) -> Image.Exif:
    """A maker, a place, a time; turned by a quarter."""
    made = Image.Exif()
    made[MAKER], made[ORIENTATION] = "PhoneMaker", orientation
    made.get_ifd(GPS).update({1: "N", 2: (11.0, 18.0, 0.0), 3: "E", 4: (106.0, 6.0, 0.0)})
    made.get_ifd(DETAILS).update({TAKEN: taken, **({OFFSET: offset} if offset else {})})
    return made


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: Any) -> BytesIO:
    """A picture in memory: left half red, right half blue, or nothing where the mode has transparency."""
    image = Image.new(mode, size, (0, 0, 255) if mode == "RGB" else (0, 0, 255, 0))
    image.paste((255, 0, 0) if mode == "RGB" else (255, 0, 0, 255), (0, 0, size[0] // 2, size[1]))
    written = BytesIO()
    image.save(written, form, **options)
    written.seek(0)
    return written
