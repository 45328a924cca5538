"""The files: form 01 and 05 as of a day and as known at a moment, by command and by download."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from land_records.models import Parcel, Party, Right
from land_records.terms import PartyKind
from land_records.transactions import Filing, Use, change_of_use
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE, Viewer
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.transactions.conftest import Draw, square

WEST, SOUTH = 571_900.0, 1_278_036.0
DAY = date(2025, 9, 15)
BEFORE = DAY - timedelta(days=1)
Grid = list[tuple[Any, ...]]
UNDETERMINED = "Chưa xác định"


@pytest.fixture
def parcel(draw: Draw) -> Parcel:
    """1 ha of two uses, a third held by nobody known; and 0.5 ha whose manager is known."""
    made = draw(125, square(WEST, SOUTH), uses=[("ONT", "400"), ("CLN", "9600")])
    for kind, share in ((PartyKind.CNV, 1), (PartyKind.TKT, 1)):
        party = Party.objects.create(kind=kind.value, name="Người thử, đặt ra", is_demo=True)
        Right.objects.create(su_id=made.su_id, party=party, numerator=share, denominator=3, valid_from=made.valid_from)
    road = draw(126, square(WEST + 200, SOUTH), uses=[("DGT", "5000")])
    manager = Party.objects.create(kind=PartyKind.TCQ.value, name="Cơ quan thử, đặt ra", is_demo=True)
    Right.objects.create(su_id=road.su_id, party=manager, valid_from=road.valid_from)
    return made


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., dict[str, Grid]]:
    """`write(form, on, …)`: the command's file, rows by sheet."""

    def written(form: str, on: date, **more: Any) -> dict[str, Grid]:
        out = tmp_path / "out.xlsx"
        call_command("land_statistics", str(out), form=form, on=on, commune=[COMMUNE], stdout=io.StringIO(), **more)
        return sheets(out.read_bytes())

    return written


def sheets(content: bytes) -> dict[str, Grid]:
    book = load_workbook(io.BytesIO(content), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def by_code(rows: Grid) -> dict[str, dict[str, Any]]:
    """A table's rows by their code; all land under ``."""
    top = next(place for place, row in enumerate(rows) if len(row) > 2 and row[2] in ("Mã", "Code"))
    found: dict[str, dict[str, Any]] = {}
    for row in rows[top + 1 :]:
        if len(row) > 3 and isinstance(row[3], int | float):
            found.setdefault(row[2] or "", dict(zip([str(head) for head in rows[top]], row, strict=False)))
    return found


def test_form_01_divides_by_shares_and_adds_up(parcel: Parcel, write: Callable[..., dict[str, Grid]]) -> None:
    (rows,) = write("01", DAY).values()
    table = by_code(rows)

    assert len(table) == 68
    total = "Tổng diện tích"
    assert {code: row[total] for code, row in table.items() if row[total]} == {
        "": 1.5, "NNP": 0.96, "CLN": 0.96, "PNN": 0.54, "OTC": 0.04, "ONT": 0.04, "CCC": 0.5, "DGT": 0.5,
    }  # fmt: skip
    trees = table["CLN"]
    assert (trees["Cá nhân trong nước (CNV)"], trees["Tổ chức kinh tế (TKT)"], trees[UNDETERMINED]) == (0.32,) * 3
    assert table["DGT"]["Cơ quan nhà nước được giao quản lý (TCQ)"] == 0.5
    for row in table.values():
        used, managed = row["Tổng theo người sử dụng đất"], row["Tổng theo người được giao quản lý"]
        assert row[total] == pytest.approx(used + managed + row[UNDETERMINED])
    assert "Người thử" not in str(rows)
    numbers = next(row for row in rows if row and row[0] == "(1)")
    assert (numbers[21], numbers[22]) == ("(22)", None)


def test_a_sheet_looks_like_a_form(parcel: Parcel, write: Callable[..., dict[str, Grid]], tmp_path: Path) -> None:
    write("05", DAY, since=BEFORE)
    book = load_workbook(tmp_path / "out.xlsx")

    for sheet, form in ((book.worksheets[0], "#,##0.00"), (book.worksheets[1], "#,##0.0")):
        group, trees = (next(row[3] for row in sheet if row[2].value == code) for code in ("NNP", "CLN"))
        assert (group.number_format, group.font.b) == (form, True)
        assert (trees.number_format, bool(trees.font.b)) == (form, False)
    change = next(row[5] for row in book.worksheets[2] if row[2].value == "NNP")
    assert change.number_format == "+#,##0.0;-#,##0.0;#,##0.0"


def test_forms_before_and_after_a_change_and_as_known_then(
    parcel: Parcel, write: Callable[..., dict[str, Grid]]
) -> None:
    known = timezone.now()
    change_of_use(
        parcel.su_id,
        Filing(by=ANYONE, effective_on=DAY),
        uses=[Use(code="ONT", area_m2=Decimal(1_400)), Use(code="CLN")],
    )

    def homes(on: date, **more: Any) -> float:
        (rows,) = write("01", on, **more).values()
        return float(by_code(rows)["ONT"]["Tổng diện tích"])

    assert [homes(BEFORE), homes(DAY), homes(DAY, known_at=known)] == [0.04, 0.14, 0.04]


def test_form_05_and_what_explains_it(parcel: Parcel, write: Callable[..., dict[str, Grid]]) -> None:
    uses = [Use(code="ONT", area_m2=Decimal(1_400)), Use(code="CLN")]
    change_of_use(parcel.su_id, Filing(by=ANYONE, effective_on=DAY), uses=uses)
    found = write("05", DAY, since=BEFORE)

    assert list(found) == [f"{COMMUNE} (ha)", f"{COMMUNE} (m²)", f"{COMMUNE} (đối soát)"]
    for sheet, one in ((f"{COMMUNE} (ha)", 0.0001), (f"{COMMUNE} (m²)", 1.0)):
        table = by_code(found[sheet])
        assert table["CLN"]["Diện tích đầu kỳ"] == pytest.approx(9_600 * one)
        assert [table["CLN"][code] for code in ("CLN", "ONT", "PNN")] == pytest.approx(
            [8_600 * one, 1_000 * one, 1_000 * one]
        )
        assert table["PNN"]["PNN"] == pytest.approx(5_400 * one)
    table = by_code(found[f"{COMMUNE} (đối soát)"])
    assert {code: row["Chuyển mục đích sử dụng"] for code, row in table.items()} == {
        "": 0, "NNP": -1_000, "CLN": -1_000, "PNN": 1_000, "OTC": 1_000, "ONT": 1_000, "CCC": 0, "DGT": 0,
    }  # fmt: skip
    assert {row["Chưa giải thích được"] for row in table.values()} == {0}
    assert "Số biến động" in str(found[f"{COMMUNE} (đối soát)"])


def test_what_the_command_refuses(communes: dict[str, AdminUnit], write: Callable[..., Any], tmp_path: Path) -> None:
    for asked in ({"form": "05", "on": DAY}, {"form": "05", "on": DAY, "since": DAY}):
        with pytest.raises(CommandError, match="since"):
            write(asked.pop("form"), asked.pop("on"), **asked)
    with pytest.raises(CommandError, match="00000"):
        call_command("land_statistics", str(tmp_path / "x.xlsx"), form="01", on=DAY, commune=["00000"])


Ask = Callable[[Viewer], Any]


def officer(*units: AdminUnit, slug: str = "land_officer", language: str = "vi") -> Viewer:
    held = frozenset(unit.pk for unit in units)
    return Viewer(user=slug, user_id=7, roles=frozenset({slug}), units=held, language=language)


def test_an_officer_gets_own_communes_and_nobody_else_anything(
    parcel: Parcel, communes: dict[str, AdminUnit], ask: Ask
) -> None:
    mine, url = officer(communes[COMMUNE]), "/api/land/statistics/01.xlsx?on=2025-09-15"

    answer = ask(mine).get(url)

    assert answer.status_code == 200, answer.content
    assert "01_TKKK_2025-09-15.xlsx" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert list(sheets(answer.content)) == [COMMUNE]
    both = ask(officer(communes[COMMUNE], communes[WARD], slug="land_admin", language="en")).get(url)
    assert list(sheets(both.content)) == ["All", WARD, COMMUNE]
    assert by_code(sheets(both.content)["All"])[""]["Total area"] == 1.5
    assert ask(mine).get(f"{url}&commune={WARD}").status_code == 404
    assert ask(officer(slug="viewer")).get(url).status_code == 404
    assert Client().get(url).status_code in (401, 404)


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ("05.xlsx?on=2025-09-15", 400, "since"),
        ("05.xlsx?on=2025-09-15&since=2025-09-15", 400, "since"),
        ("01.xlsx?on=31/12/2025", 400, "on"),
        ("01.xlsx?when=2025-12-31", 400, "when"),
        ("01.xlsx?on=2999-12-31", 400, "on"),
        ("05.xlsx?on=2025-09-15&since=0001-01-01", 400, "since"),
        ("02.xlsx", 404, "id"),
    ],
)
def test_what_the_download_refuses(
    communes: dict[str, AdminUnit], ask: Ask, asked: str, status: int, field: str
) -> None:
    answer = ask(officer(communes[COMMUNE])).get(f"/api/land/statistics/{asked}")

    assert (answer.status_code, answer.json()["field"]) == (status, field)
