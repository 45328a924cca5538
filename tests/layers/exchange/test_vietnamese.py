"""Every letter of TCVN3, VNI and cp1258, told apart by what reads like Vietnamese."""

import struct
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from layers.exchange.parse import encoding
from layers.exchange.parse.vietnamese import likeliest, reread
from tests.layers.exchange.conftest import Bring, messages

LOWER = (
    "aàảãáạ" "ăằẳẵắặ" "âầẩẫấậ" "đ" "eèẻẽéẹ" "êềểễếệ" "iìỉĩíị" "oòỏõóọ" "ôồổỗốộ" "ơờởỡớợ" "uùủũúụ" "ưừửữứự" "yỳỷỹýỵ"
)  # fmt: skip
TCVN3_LOWER = (
    "aµ¶·¸¹" "¨»¼½¾Æ" "©ÇÈÉÊË" "®" "eÌÎÏÐÑ" "ªÒÓÔÕÖ" "i×ØÜÝÞ" "oßáâãä" "«åæçèé" "¬êëìíî" "uïñòóô" "\xadõö÷øù" "yúûüýþ"
)  # fmt: skip
"""The same letters as Western programs show the bytes of TCVN3: the layout of the standard's VN3 table."""
VNI_LOWER = (
    "a aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä ñ e eø eû eõ eù eï eâ eà eå eã eá eä i ì æ ó í ò"
    " o oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï u uø uû uõ uù uï ö öø öû öõ öù öï y yø yû yõ yù î"
)
"""The same in VNI: a letter, then its mark."""
TEXT = "Thửa đất số 125, tờ bản đồ 12, xã Tân Châu: đất ở tại nông thôn, trồng cây lâu năm. Nguyễn Thị Mười (mẫu)"


def as_tcvn3(text: str) -> bytes:
    table = dict(zip(LOWER, TCVN3_LOWER, strict=True)) | dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
    return "".join(table.get(one, one) for one in text).encode("latin-1")


def as_vni(text: str) -> bytes:
    table = dict(zip(LOWER, VNI_LOWER.split(), strict=True))
    table |= {small.upper(): written.upper() for small, written in table.items() if len(small.upper()) == 1}
    return "".join(table.get(one, one) for one in text).encode("latin-1")


def as_cp1258(text: str) -> bytes:
    """cp1258 keeps the tone apart from its letter."""
    made = b""
    for one in text:
        try:
            made += one.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", one)
            tone = next(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            made += (unicodedata.normalize("NFC", parts.replace(tone, "")) + tone).encode("cp1258")
    return made


WAYS = {"tcvn3": as_tcvn3, "vni": as_vni, "cp1258": as_cp1258}


@pytest.mark.parametrize("letter", [*LOWER, *"ĂÂÊÔƠƯĐ"])
@pytest.mark.parametrize("name", list(WAYS))
def test_every_letter_is_read(name: str, letter: str) -> None:
    assert unicodedata.normalize("NFC", WAYS[name](letter).decode(encoding.known(name))) == letter


@pytest.mark.parametrize("letter", [one.upper() for one in LOWER])
@pytest.mark.parametrize("name", ["vni", "cp1258"])
def test_every_capital_is_read(name: str, letter: str) -> None:
    assert unicodedata.normalize("NFC", WAYS[name](letter).decode(encoding.known(name))) == letter


@pytest.mark.parametrize("name", list(WAYS))
def test_the_encoding_is_told_by_what_reads_like_vietnamese(name: str) -> None:
    assert likeliest(WAYS[name](TEXT)) == name
    assert encoding.of_bytes(WAYS[name](TEXT)) == name


def test_text_already_taken_for_western_is_read_again() -> None:
    assert reread(as_tcvn3(TEXT).decode("cp1252"), "tcvn3") == TEXT
    assert reread("Tân Châu ở", "tcvn3") == "Tân Châu ở"


@pytest.mark.parametrize("asked", [None, "given"])
@pytest.mark.parametrize("name", list(WAYS))
def test_a_shapefile_without_a_code_page_comes_in_readable(
    bring: Bring, values: Any, tmp_path: Path, name: str, asked: str | None
) -> None:
    path = shapefile(tmp_path / "thua.shp", [WAYS[name](TEXT), WAYS[name]("Đất trồng lúa")])

    report = bring(path, layer="thua", crs="EPSG:4326", encoding=name if asked else None)

    assert {row["ten"] for row in values(report)} == {TEXT, "Đất trồng lúa"}, messages(report)


def test_a_table_in_tcvn3_comes_in_readable(bring: Bring, values: Any) -> None:
    report = bring("bang.csv", as_tcvn3(f"tên;lon;lat\n{TEXT};106,1;11,3\n"))

    assert [row["ten"] for row in values(report)] == [TEXT]
    assert any("tcvn3" in one for one in messages(report))


def shapefile(path: Path, names: list[bytes]) -> Path:
    """Points with one text column, byte for byte, and no .cpg."""
    places = shapely.to_wkb(shapely.points([(106.1 + place / 100, 11.3) for place in range(len(names))]))
    texts = np.array(["x" * 200] * len(names), dtype=object)
    pyogrio.raw.write(path, places, [texts], ["TEN"], geometry_type="Point", crs="EPSG:4326")
    for suffix in (".cpg", ".prj"):
        path.with_suffix(suffix).unlink(missing_ok=True)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    start, size = struct.unpack("<HH", table[8:12])
    for place, name in enumerate(names):
        at = start + place * size + 1
        table[at : at + size - 1] = name.ljust(size - 1)
    table[29] = 0
    path.with_suffix(".dbf").write_bytes(table)
    return path
