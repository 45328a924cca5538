"""Text of Vietnamese programs from before Unicode: TCVN3 (fonts .VnTime, "ABC"), VNI (fonts VNI-Times), cp1258.

A byte of TCVN3 is a letter; capitals with marks are the same bytes in a font of capitals. In VNI a mark is a byte of
its own after its letter. Both are tables from byte to Unicode here, marks as combining characters: `cleaned` joins
them.
"""

import codecs
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

CP1258 = "cp1258"
_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_ROOF, _BREVE = "\u0302", "\u0306"

_TCVN3_LETTERS = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
"""First byte -> the letters of it and the bytes after it: TCVN 5712:1993, VN3."""
_VNI_MARKS = {
    0xE0: _ROOF + _GRAVE, 0xE1: _ROOF + _ACUTE, 0xE2: _ROOF, 0xE3: _ROOF + _TILDE, 0xE4: _ROOF + _DOT,
    0xE5: _ROOF + _HOOK, 0xE8: _BREVE + _GRAVE, 0xE9: _BREVE + _ACUTE, 0xEA: _BREVE, 0xEB: _BREVE + _DOT,
    0xEF: _DOT, 0xF5: _TILDE, 0xF8: _GRAVE, 0xF9: _ACUTE, 0xFA: _BREVE + _HOOK, 0xFB: _HOOK, 0xFC: _BREVE + _TILDE,
}  # fmt: skip
"""Byte -> what it puts on the small letter before it; 0x20 less on a capital."""
_VNI_LETTERS = {
    0xE6: "ỉ", 0xEC: "ì", 0xED: "í", 0xEE: "ỵ", 0xF1: "đ", 0xF2: "ị", 0xF3: "ĩ", 0xF4: "ơ", 0xF6: "ư",
}  # fmt: skip
"""Byte -> small letter; 0x20 less is its capital."""


def _tcvn3() -> dict[int, str]:
    table = {byte: chr(byte) for byte in range(256)}
    for first, letters in _TCVN3_LETTERS.items():
        table.update({first + place: letter for place, letter in enumerate(letters)})
    return table


def _vni() -> dict[int, str]:
    table = {byte: chr(byte) for byte in range(256)}
    for byte, mark in _VNI_MARKS.items():
        table[byte] = table[byte - 0x20] = mark
    for byte, letter in _VNI_LETTERS.items():
        table[byte], table[byte - 0x20] = letter, letter.upper()
    return table


TABLES: Final[Mapping[str, Mapping[int, str]]] = {"tcvn3": _tcvn3(), "vni": _vni()}
"""Name of an encoding -> byte to text."""
NAMES: Final = {"tcvn3": "tcvn3", "abc": "tcvn3", "tcvn": "tcvn3", "vni": "vni", "vni-win": "vni"}
OURS: Final = (CP1258, "tcvn3", "vni")
"""Encodings that GDAL does not read or reads differently: its text is read again by `reread`."""


def _find(name: str) -> codecs.CodecInfo | None:
    """The codec of a table of ours, for `open`; only read, never written."""
    table = TABLES.get(NAMES.get(name.replace("_", "-"), ""))
    if table is None:
        return None

    def to_text(given: Any, errors: str = "strict", /) -> tuple[str, int]:
        return codecs.charmap_decode(given, errors, table)

    class Incremental(codecs.IncrementalDecoder):
        def decode(self, given: bytes, final: bool = False) -> str:  # type: ignore[override]
            return to_text(given, self.errors)[0]

    class Reader(codecs.StreamReader):
        decode = staticmethod(to_text)  # type: ignore[assignment]

    def encode(text: str, errors: str = "strict") -> tuple[bytes, int]:
        return text.encode("latin-1", errors), len(text)

    return codecs.CodecInfo(
        encode, to_text, streamreader=Reader, incrementaldecoder=Incremental, name=NAMES[name.replace("_", "-")]
    )


codecs.register(_find)


def reread(text: str, encoding: str) -> str:
    """Text that was read byte by byte as Western (Latin-1 or cp1252), read as what it is; other text stays."""
    if text.isascii():
        return text
    for western in ("latin-1", "cp1252"):
        try:
            return text.encode(western).decode(encoding)
        except UnicodeError:
            continue
    return text


_ONSET = r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
_SYLLABLE = re.compile(_ONSET + r"[aăâeêioôơuưy]{1,3}(?:ng|nh|ch|[cmnpt])?")
_WORD = re.compile(r"[^\W\d_]+")
_TONES = re.compile(f"[{_GRAVE}{_ACUTE}{_TILDE}{_HOOK}{_DOT}]")
SAMPLE = 4_000
"""Words looked at."""


def likeness(text: str) -> float:
    """Share of the words with marks that can be Vietnamese syllables; 0 where none has marks."""
    words = [one.lower() for one in _WORD.findall(unicodedata.normalize("NFC", text)) if not one.isascii()][:SAMPLE]
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _is_syllable(word: str) -> bool:
    bare, tones = _TONES.subn("", unicodedata.normalize("NFD", word))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def likeliest(sample: bytes) -> str:
    """The encoding in which a sample that is not UTF-8 reads most like Vietnamese; cp1258 where none does."""
    return max(OURS, key=lambda name: (likeness(sample.decode(name, "replace")), name == CP1258))
