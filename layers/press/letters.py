"""The letters of a sheet: `Sheet` and, for Vietnamese, `Sheet Vietnamese`."""

import base64
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe

_FONTS = (("400", "latin-400"), ("400", "vietnamese-400"), ("600", "latin-600"), ("600", "vietnamese-600"))


@cache
def letters() -> SafeString:
    """The project's own letters, inside the page: the press opens no file."""
    faces = []
    for weight, name in _FONTS:
        found = finders.find(f"accounts/fonts/be-vietnam-pro-{name}-normal.woff2")
        if found is None:
            continue
        content = base64.b64encode(Path(str(found)).read_bytes()).decode()
        family = "Sheet" if "latin" in name else "Sheet Vietnamese"
        faces.append(
            f"@font-face{{font-family:'{family}';font-weight:{weight};src:url(data:font/woff2;base64,{content})}}"
        )
    return mark_safe("".join(faces))  # noqa: S308  our own files
