"""Headings and text as every reader cleans them."""

import re
import unicodedata
from typing import Any

MAX_HEADING = 200
MAX_TEXT = 10_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def folded(text: str) -> str:
    """Lower case, no marks, đ as d, one blank between words: how headings are compared."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(c for c in plain if unicodedata.category(c) != "Mn").replace("đ", "d").replace("ð", "d")
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def cleaned(text: str) -> str:
    """NFC, without control characters and outer blanks, at most `MAX_TEXT` characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    return text.strip()[:MAX_TEXT]


def heading(text: Any) -> str:
    """A heading as it is shown and matched."""
    return " ".join(cleaned(str(text)).split())[:MAX_HEADING]


def unique(headings: list[str]) -> tuple[list[str], list[str]]:
    """Every column with a heading of its own, and the headings that were met twice."""
    seen: dict[str, int] = {}
    made, doubled = [], []
    for place, given in enumerate(headings, 1):
        name = given or f"Cột {place}"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            doubled.append(name)
            name = f"{name} ({seen[name]})"
        made.append(name)
    return made, doubled
