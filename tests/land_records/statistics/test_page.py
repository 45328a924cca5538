"""The page: a form on screen with what explains it, for land offices alone; what it refuses and in which words."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from land_records.transactions import Filing, Use, change_of_use
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE, Viewer
from layers.core.time import LOCAL
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.statistics.test_forms import officer
from tests.land_records.transactions.conftest import Draw, square

WEST, SOUTH = 571_900.0, 1_278_036.0
DAY = date(2025, 9, 15)
PAGE = "/land/statistics"
ASKED = {"form": "01", "commune": COMMUNE, "on": "2025-09-15", "since": "2025-09-14"}
Ask = Callable[[Viewer], Any]


@pytest.fixture
def changed(draw: Draw) -> None:
    """1 ha, of which 1,000 m² became ground of a home."""
    parcel = draw(1, square(WEST, SOUTH), uses=[("ONT", "400"), ("CLN", "9600")])
    uses = [Use(code="ONT", area_m2=Decimal(1_400)), Use(code="CLN")]
    change_of_use(parcel.su_id, Filing(by=ANYONE, effective_on=DAY), uses=uses)


def rows(answer: Any, sheet: int = 0) -> dict[str, list[str]]:
    """Figures by code as the page shows them."""
    shown = answer.context["sheets"][sheet]
    return {line.code: list(line.figures) for line in shown.lines}


def test_form_01_on_screen_is_that_of_the_file_with_what_explains_it(
    changed: None, communes: dict[str, AdminUnit], ask: Ask
) -> None:
    answer = ask(officer(communes[COMMUNE])).get(PAGE, ASKED)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert {code: figures[0] for code, figures in rows(answer).items()} == {
        "": "1,00", "NNP": "0,86", "CLN": "0,86", "PNN": "0,14", "OTC": "0,14", "ONT": "0,14",
    }  # fmt: skip
    assert answer.context["sheets"][0].heads[0][2:] == ["Tổng diện tích", "Chưa xác định"]
    assert rows(answer, 1)["ONT"] == ["400,0", "1.400,0", "+1.000,0", "+1.000,0"]
    assert rows(answer, 1)["CLN"] == ["9.600,0", "8.600,0", "−1.000,0", "−1.000,0"]
    assert "2 loại đất thay đổi; 1 biến động giải thích hết chênh lệch." in text
    assert f"/api/land/statistics/01.xlsx?on=2025-09-15&amp;since=2025-09-14&amp;commune={COMMUNE}&amp;lang=vi" in text
    assert "no-store" in answer["Cache-Control"]


def test_form_05_in_english(changed: None, communes: dict[str, AdminUnit], ask: Ask) -> None:
    answer = ask(officer(communes[COMMUNE], language="en")).get(PAGE, {**ASKED, "form": "05", "lang": "en"})

    matrix = answer.context["sheets"][0]
    assert matrix.heads[0][:3] == ["Land use", "Code", "Area at the start"]
    found = dict(zip(matrix.heads[0][2:], rows(answer)["CLN"], strict=True))
    assert (found["Area at the start"], found["CLN"], found["ONT"]) == ("0.96", "0.86", "0.10")
    assert "2 uses changed; 1 transactions explain every difference." in answer.content.decode()


def test_what_came_by_no_transaction_is_said(communes: dict[str, AdminUnit], draw: Draw, ask: Ask) -> None:
    parcel = draw(1, square(WEST, SOUTH), uses=[("CLN", "10000")])
    first = parcel.valid_from
    days = {"on": first.isoformat(), "since": (first - timedelta(days=1)).isoformat()}

    page = ask(officer(communes[COMMUNE])).get(PAGE, {**ASKED, **days}).content.decode()

    assert "còn 10.000,0 m² tăng, giảm chưa giải thích được" in page


def test_places_are_the_callers_own(changed: None, communes: dict[str, AdminUnit], ask: Ask) -> None:
    both = ask(officer(communes[COMMUNE], communes[WARD], slug="land_admin")).get(PAGE)

    codes = [code for code, _, _ in both.context["places"]]
    assert (codes[0], sorted(codes[1:])) == ("", sorted([COMMUNE, WARD]))
    assert "Toàn bộ 2 xã, phường" in both.content.decode()
    assert [code for code, _, _ in ask(officer(communes[WARD])).get(PAGE).context["places"]] == [WARD]
    assert ask(officer(communes[WARD])).get(PAGE, ASKED).status_code == 404


def test_nobody_else_finds_the_page(communes: dict[str, AdminUnit], ask: Ask) -> None:
    everywhere = (communes[COMMUNE], communes[WARD])
    for viewer in (ANYONE, officer(), *(officer(*everywhere, slug=slug) for slug in ("viewer", "leader", "operator"))):
        for asked in ({}, ASKED):
            assert ask(viewer).get(PAGE, asked).status_code == 404


TOMORROW = (timezone.localdate(timezone=LOCAL) + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("asked", "field", "vi", "en"),
    [
        ({"on": "2025-02-30"}, "on", "Ghi ngày có thật", "Write a day that there is"),
        ({"on": "31/12/2025"}, "on", "Ghi ngày có thật", "Write a day that there is"),
        ({"on": TOMORROW}, "on", "Chưa tới ngày này", "Is to come"),
        ({"since": "0001-01-01"}, "since", "Không sớm hơn 01/01/1945", "Not earlier than 1945-01-01"),
        ({"since": "2025-09-15"}, "since", "Phải trước ngày lập biểu", "Must lie before the day of the form"),
        ({"form": "05", "since": ""}, "since", "Biểu 05 cần ngày đầu kỳ", "Form 05 wants the day it starts from"),
    ],
)
def test_impossible_days_are_told_at_their_field(
    communes: dict[str, AdminUnit], ask: Ask, asked: dict[str, str], field: str, vi: str, en: str
) -> None:
    for language, words in (("vi", vi), ("en", en)):
        answer = ask(officer(communes[COMMUNE], language=language)).get(PAGE, {**ASKED, **asked, "lang": language})
        text = answer.content.decode()
        assert answer.status_code == 400
        assert words in text
        assert f'id="{field}-fault"' in text
        assert "sheets" not in answer.context
        assert "Tải XLSX" not in text


def test_an_unknown_form_is_nowhere(communes: dict[str, AdminUnit], ask: Ask) -> None:
    assert ask(officer(communes[COMMUNE])).get(PAGE, {**ASKED, "form": "02"}).status_code == 404


def test_the_officers_menu_leads_there(communes: dict[str, AdminUnit], ask: Ask) -> None:
    from geo_ioc.accounts.pages import pages_of  # the menu is the project's

    assert (PAGE, "Thống kê đất đai") in pages_of(officer(communes[COMMUNE]))
    assert pages_of(officer(slug="viewer")) == []
