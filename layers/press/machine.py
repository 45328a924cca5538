"""HTML in, PDF or PNG out: a process of its own with limits, so that a heavy sheet slows no tile and reads no file.

    python -m layers.press.machine pdf|png DPI < sheet.html > sheet.pdf

It opens no address: fonts come inside the page, everything else is refused.
"""

import io
import resource
import sys
from typing import Any, BinaryIO

import pypdfium2
from PIL import Image, ImageOps
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from layers.press import TOO_LONG

MEMORY_BYTES = 3 << 30
CPU_S = 90
MAX_PICTURE_PAGES = 8
"""Pages in one picture: higher ones are refused by many viewers of pictures."""
FOOT_MM = 13.0
"""Of a further page: where its number stands."""
RULE_PX, RULE = 6, "#D5DCE3"
"""The line between two pages of a picture."""


class TooLong(Exception):
    """The sheet has more pages than a picture holds."""


class Refusing(URLFetcher):
    """Gives what stands in the page itself, and refuses every address."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """The content of a `data:` address.

        Raises:
            ValueError: any other address.
        """
        if not url.startswith("data:"):
            raise ValueError("a sheet opens no address")
        return super().fetch(url, headers)


def pressed(html: str, kind: str, dpi: int) -> bytes:
    """The sheet as PDF, or as PNG at a resolution with its pages below one another.

    Raises:
        TooLong: more pages than a picture holds.
    """
    pdf: bytes = HTML(string=html, url_fetcher=Refusing()).write_pdf(pdf_tags=False)
    return pdf if kind == "pdf" else _picture(pdf, dpi)


def _picture(pdf: bytes, dpi: int) -> bytes:
    pages = pypdfium2.PdfDocument(pdf)
    if len(pages) > MAX_PICTURE_PAGES:
        raise TooLong
    first, *more = (page.render(scale=dpi / 72).to_pil().convert("RGB") for page in pages)
    drawn = [first, *(_without_foot(one, dpi) for one in more)]
    width, height = drawn[0].width, sum(one.height for one in drawn) + RULE_PX * (len(drawn) - 1)
    whole = Image.new("RGB", (width, height), RULE)
    top = 0
    for one in drawn:
        whole.paste(one, (0, top))
        top += one.height + RULE_PX
    found = io.BytesIO()
    whole.save(found, "PNG", dpi=(dpi, dpi))
    return found.getvalue()


def _without_foot(page: Image.Image, dpi: int) -> Image.Image:
    """A further page down to its last line: its number and the paper left over mean nothing in a picture."""
    body = page.crop((0, 0, page.width, page.height - round(FOOT_MM / 25.4 * dpi)))
    filled = ImageOps.invert(body).getbbox()
    return body.crop((0, 0, body.width, min((filled[3] if filled else 0) + dpi // 3, body.height)))


def main(source: BinaryIO, target: BinaryIO, kind: str, dpi: int) -> None:
    """Limit this process, then do the one thing it is for."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        target.write(pressed(source.read().decode(), kind, dpi))
    except TooLong:
        sys.exit(TOO_LONG)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer, sys.argv[1], int(sys.argv[2]))
