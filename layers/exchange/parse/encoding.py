"""In which encoding a text file is written."""

import codecs
from pathlib import Path

from layers.exchange.parse.fault import Fault
from layers.exchange.parse.vietnamese import likeliest

READ = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def known(name: str) -> str:
    """Python's name of an encoding a person names.

    Raises:
        Fault: there is none of that name.
    """
    try:
        found = codecs.lookup(name.strip())
        "".encode(found.name)
    except (LookupError, UnicodeError, TypeError) as fault:
        raise Fault("encoding_unknown", encoding=name[:40]) from fault
    return found.name


def detect(path: Path) -> tuple[str, bool]:
    """The encoding, and whether it is a guess: by its mark, zero bytes, UTF-8 where all of it fits, else Vietnamese."""
    with path.open("rb") as file:
        head = file.read(4_096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, False
    if head.count(0) > len(head) // 5:
        return ("utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"), True
    if _is_utf8(path):
        return "utf-8", False
    with path.open("rb") as file:
        return likeliest(file.read(READ)), True


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as file:
        try:
            while read := file.read(READ):
                decoder.decode(read)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def of_bytes(sample: bytes) -> str | None:
    """The encoding of text without a mark: None for plain ASCII."""
    if sample.isascii():
        return None
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as fault:
        # a sample may end inside a letter
        return "utf-8" if fault.start >= len(sample) - 4 else likeliest(sample)
    return "utf-8"
