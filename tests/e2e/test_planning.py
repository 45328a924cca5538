"""Planning of a parcel in Chromium, for anyone: by its numbers and by place, read, printed, from and to the map."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import SHOTS, Centre, Viewer, pdf_text
from tests.e2e.test_accessibility import PHONE, browser_context_args, found
from tests.e2e.test_air import PAINTED, SLOW_4G

__all__ = ["browser_context_args"]  # the fixture that lets axe in

FIND = """
from land_records.models import Parcel
from land_records.planning.models import PlanZone
from land_records.planning.parcel import planned
from layers.core import ANYONE
for zone in PlanZone.objects.filter(is_current=True, plan__kind="zone").order_by("pk"):
    small = Parcel.objects.filter(is_current=True, geom__overlaps=zone.geom, recorded_area_m2__range=(200, 20000))
    for one in small.order_by("pk")[:20]:
        plans = planned(one, ANYONE).plans
        if len(plans) == 2 and all(under.overlay.zones for under in plans):
            middle = one.geom.point_on_surface
            print(one.commune.code, one.sheet, one.parcel_number, one.su_id, middle.x, middle.y)
            raise SystemExit
"""


@pytest.fixture(scope="module")
def parcel(centre: Centre) -> dict[str, str]:
    """A parcel that two plans divide."""
    said = centre.manage("shell", "-v0", "-c", FIND).split()[-6:]
    return dict(zip(("xa", "to", "thua", "id", "lon", "lat"), said, strict=True))


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"planning-{name}.png", full_page=True)


def look_up(page: Page, parcel: dict[str, str], number: str | None = None) -> None:
    page.locator("#xa").select_option(parcel["xa"])
    page.locator("#to").fill(parcel["to"])
    page.locator("#thua").fill(number or parcel["thua"])
    page.locator("form button").first.click()


@pytest.mark.parametrize(
    ("path", "size", "scheme"),
    [
        ("/quy-hoach", None, "light"),
        ("/planning", None, "dark"),
        ("/quy-hoach", PHONE, "dark"),
        ("/planning", PHONE, "light"),
    ],
)
def test_a_parcel_is_looked_up_by_its_numbers(
    page: Page, centre: Centre, parcel: dict[str, str], path: str, size: Any, scheme: Any
) -> None:
    name = f"{path[1:]}-{'phone' if size else 'desk'}-{scheme}"
    if size:
        page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    faults = {}

    page.goto(centre.url + path)
    faults["form"] = found(page)
    shot(page, f"{name}-form")
    look_up(page, parcel, number="999999")
    said = page.get_by_role("alert")
    expect(said).to_contain_text(re.compile("thửa 999999, tờ|parcel 999999 on sheet"))
    expect(page.locator("#to")).to_have_value(parcel["to"])
    faults["none"] = found(page)
    look_up(page, parcel)
    expect(page.get_by_role("article")).to_have_count(2)
    faults["told"] = found(page)
    shot(page, name)

    assert faults == {"form": [], "none": [], "told": []}
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    tops = [box["y"] for one in page.get_by_role("article").all() if (box := one.bounding_box())]
    assert (tops[0] == tops[1]) == (size is None)


def test_the_drawing_has_the_colours_and_codes_of_the_legend(
    page: Page, centre: Centre, parcel: dict[str, str]
) -> None:
    page.goto(f"{centre.url}/quy-hoach?id={parcel['id']}")

    for one in page.get_by_role("article").all():
        drawn = one.locator("svg path[stroke='#8C2F39']").evaluate_all("all => all.map(p => getComputedStyle(p).fill)")
        legend = one.locator("tbody .dot[style]").evaluate_all(
            "all => all.map(d => getComputedStyle(d).backgroundColor)"
        )
        codes = set(one.locator("svg text").all_text_contents())
        assert drawn
        assert drawn == legend
        assert codes & set(one.locator("tbody b").all_inner_texts())
        cells = one.locator("tbody td.n:nth-child(2)").all_inner_texts()
        total = one.locator("tfoot td.n").first.inner_text()
        assert sum(map(tenths, cells)) == tenths(total)


def colors(shapes: Locator, of: str) -> set[str]:
    return set(shapes.evaluate_all("(all, of) => all.map(one => getComputedStyle(one)[of])", of))


def tenths(text: str) -> int:
    return int(text.replace(".", "").replace(",", ""))


def test_the_parcel_one_stands_on(page: Page, centre: Centre, parcel: dict[str, str]) -> None:
    page.set_viewport_size(PHONE)
    page.context.grant_permissions(["geolocation"], origin=centre.url)
    page.context.set_geolocation({"longitude": float(parcel["lon"]), "latitude": float(parcel["lat"])})
    page.goto(f"{centre.url}/quy-hoach")

    page.get_by_role("button", name="Thửa tôi đang đứng").click()

    expect(page.get_by_role("heading", level=2)).to_contain_text(f"Thửa {parcel['thua']}, tờ bản đồ {parcel['to']}")
    expect(page.locator("#thua")).to_have_value(parcel["thua"])


def test_it_is_read_without_a_script_and_printed(
    browser: Browser, centre: Centre, parcel: dict[str, str], tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{centre.url}/quy-hoach")

    look_up(page, parcel)
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("button")).to_have_count(1)
    printed = tmp_path / "planning.pdf"
    page.pdf(path=printed, format="A4", print_background=False)
    said = pdf_text(printed)
    context.close()

    assert f"Thửa {parcel['thua']}" in said
    assert f"/quy-hoach?id={parcel['id']}" in said
    assert "chỉ để tham khảo" in said
    assert "Chọn xã, phường" not in said
    assert "In trang này" not in said


def test_a_phone_loads_under_twenty_kilobytes(page: Page, centre: Centre, parcel: dict[str, str]) -> None:
    address = f"{centre.url}/quy-hoach?id={parcel['id']}"
    page.request.get(address)  # the first request of a server compiles its template
    devtools = page.context.new_cdp_session(page)
    weights: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})

    page.goto(address, wait_until="networkidle")

    painted_ms = page.evaluate(PAINTED)
    print(f"\nfirst paint {painted_ms:.0f} ms; {sum(weights) / 1000:.1f} kB in {len(weights)} requests")  # noqa: T201
    assert sum(weights) < 20_000


def test_from_the_panel_of_a_parcel_to_its_planning_and_back_to_the_map(viewer: Viewer, parcel: dict[str, str]) -> None:
    place = f"#map=17/{parcel['lat']}/{parcel['lon']}"
    viewer.open(f"/?layers=parcels&sel=parcels/{parcel['id']}&lang=vi{place}")
    panel = viewer.page.locator("article").first

    panel.get_by_role("link", name="Mở trang tra cứu").click()
    expect(viewer.page.get_by_role("heading", level=2)).to_contain_text(f"Thửa {parcel['thua']}")
    viewer.page.get_by_role("link", name="Xem trên bản đồ").click()

    viewer.drawn()
    heading = viewer.page.locator("article").first.get_by_role("heading", level=2)
    expect(heading).to_contain_text(f"Thửa {parcel['thua']}, tờ bản đồ {parcel['to']}")
    viewer.await_features("planning_zones", lambda drawn: len(drawn) > 0)
    viewer.shot("planning-map")
