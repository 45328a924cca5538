"""Plans compared in Chromium, from a zone's panel and the menu, by a land administrator, at a desk and on a phone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SHOTS, Centre, Viewer
from tests.e2e.test_accessibility import PHONE, browser_context_args, found
from tests.e2e.test_rules import sign_in

__all__ = ["browser_context_args"]  # the fixture that lets axe in

PAGE = "/land/plan-difference"
FIND = """
from land_records.planning.models import PlanZone
one = PlanZone.objects.filter(is_current=True, plan__version=2).order_by("-area_m2").first()
middle = one.geom.point_on_surface
print(one.number, middle.x, middle.y)
"""


@pytest.fixture(scope="module")
def zone(centre: Centre) -> dict[str, str]:
    """The largest zone of an adjusted plan."""
    return dict(zip(("id", "lon", "lat"), centre.manage("shell", "-v0", "-c", FIND).split()[-3:], strict=True))


def tenths(text: str) -> int:
    return int(re.sub(r"\D", "", text.split("\n")[0]) or 0)


@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [("vi", None, "light"), ("en", None, "dark"), ("vi", PHONE, "dark"), ("en", PHONE, "light")],
)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    page: Page, centre: Centre, language: str, size: Any, scheme: Any
) -> None:
    if size:
        page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    sign_in(page, centre, "land_admin", PAGE)
    page.goto(f"{centre.url}{PAGE}?lang={language}")

    expect(page.locator("svg .area").first).to_be_visible()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(
        path=SHOTS / f"plan-difference-{language}-{scheme}-{'phone' if size else 'desk'}.png", full_page=True
    )
    assert found(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def test_the_matrix_adds_up_as_it_stands_on_the_page(page: Page, centre: Centre) -> None:
    sign_in(page, centre, "land_admin", PAGE)

    matrix = page.locator(".matrix")
    rows = [row.locator("td").all_inner_texts() for row in matrix.locator("tbody tr").all()]
    *sums, total = map(tenths, matrix.locator("tfoot td").all_inner_texts())
    listed = sum(tenths(one.locator("td").nth(2).inner_text()) for one in page.locator(".list tbody tr").all())
    listed += sum(tenths(one) for one in page.locator(".rest").all_inner_texts())
    same = sum(map(tenths, matrix.locator(".same").all_inner_texts()))

    for *cells, whole in rows:
        assert sum(map(tenths, cells)) == tenths(whole)
    assert [sum(map(tenths, column)) for column in zip(*(row[:-1] for row in rows), strict=True)] == sums
    assert sum(sums) == total == listed + same
    assert tenths(page.locator(".figure strong").inner_text().replace("m²", "")) == listed


def test_from_a_zones_panel_to_the_page_and_to_both_plans_on_the_map(viewer: Viewer, zone: dict[str, str]) -> None:
    page = viewer.sign_in("land_admin").page
    viewer.open(f"/?layers=planning_zones&sel=planning_zones/{zone['id']}&lang=vi#map=13/{zone['lat']}/{zone['lon']}")
    panel = page.locator("article").first

    expect(panel).to_contain_text("Thửa đất trong khu, địa bàn phụ trách")
    viewer.shot("planning-zone-officer")
    expect(panel.get_by_role("link", name="Tải CSV")).to_have_attribute("href", re.compile("parcels.csv"))
    panel.get_by_role("link", name="Mở trang so sánh").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("So sánh quy hoạch")
    page.get_by_role("link", name="Xem hai bên trên bản đồ").click()

    viewer.drawn()
    viewer.await_features("planning_zones", lambda drawn: len(drawn) > 0)
    viewer.shot("plan-difference-map")


def test_other_plans_are_chosen_and_the_menu_leads_here(page: Page, centre: Centre) -> None:
    sign_in(page, centre, "land_admin", "/accounts/")
    page.get_by_role("link", name="So sánh quy hoạch").click()

    chosen = page.get_by_label("Quy hoạch sau", exact=True).locator("option").filter(has_text="phân khu").first
    page.get_by_label("Quy hoạch sau", exact=True).select_option(value=chosen.get_attribute("value"))
    page.get_by_role("button", name="So sánh").click()

    expect(page.locator(".list")).to_contain_text("Ngoài quy hoạch")


@pytest.mark.parametrize("account", ["operator", "leader", "steward"])
def test_who_may_not_sees_nothing(page: Page, centre: Centre, account: str) -> None:
    sign_in(page, centre, account, "/accounts/")
    expect(page.get_by_role("link", name="So sánh quy hoạch")).to_have_count(0)
    answer = page.goto(f"{centre.url}{PAGE}")
    assert answer is not None
    assert answer.status == 404
