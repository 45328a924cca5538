"""HTML in, PDF or PNG out: a process of its own with limits, so that a heavy sheet slows no tile and reads no file.

    python -m layers.exchange.print.press pdf|png DPI < sheet.html > sheet.pdf

It opens no address: fonts come inside the page, everything else is refused.
"""

import io
import resource
import sys
from typing import Any, BinaryIO

import pypdfium2
from weasyprint import HTML
from weasyprint.urls import URLFetcher

MEMORY_BYTES = 3 << 30
CPU_S = 90


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
    """The sheet as PDF, or its first page as PNG at a resolution."""
    pdf: bytes = HTML(string=html, url_fetcher=Refusing()).write_pdf(pdf_tags=False)
    return pdf if kind == "pdf" else _picture(pdf, dpi)


def _picture(pdf: bytes, dpi: int) -> bytes:
    page = pypdfium2.PdfDocument(pdf)[0]
    found = io.BytesIO()
    page.render(scale=dpi / 72).to_pil().convert("RGB").save(found, "PNG", optimize=True, dpi=(dpi, dpi))
    return found.getvalue()


def main(source: BinaryIO, target: BinaryIO, kind: str, dpi: int) -> None:
    """Limit this process, then do the one thing it is for."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    target.write(pressed(source.read().decode(), kind, dpi))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer, sys.argv[1], int(sys.argv[2]))
