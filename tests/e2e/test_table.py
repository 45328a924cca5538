"""The table and its chart: the filtered rows as rows, as numbers and as bars that filter; long lists stay light."""

import json
import re
import urllib.request
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Viewer

TOWN = "#map=12/11.3/106.13"
"""Schools and thousands of parcels in sight."""


def open_table(viewer: Viewer, view: str) -> Page:
    """The view with its table."""
    page = viewer.open(view).page
    page.get_by_role("button", name="Bảng đối tượng").click()
    return page


def told(viewer: Viewer, query: str) -> dict[str, Any]:
    """What the counts endpoint says of the same frame."""
    west, south, east, north = viewer.page.evaluate("window.__geoioc.map.getBounds().toArray().flat()")
    address = (
        f"{viewer.centre.url}/api/layers/schools/counts?bbox={west:.6f},{south:.6f},{east:.6f},{north:.6f}&{query}"
    )
    with urllib.request.urlopen(address, timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def numbers(bars: Locator) -> dict[str, int]:
    """Name and number of every bar, as they are spoken."""
    spoken = [bar.get_attribute("aria-label") or "" for bar in bars.get_by_role("button").all()]
    parts = (re.fullmatch(r"(.+): ([\d.]+)(?: \(.*\))?", text) for text in spoken)
    return {part[1]: int(part[2].replace(".", "")) for part in parts if part}


def test_a_bar_filters_map_table_and_counts_alike(viewer: Viewer) -> None:
    page = open_table(viewer, f"/?layers=schools{TOWN}")
    page.get_by_role("button", name="Biểu đồ của các dòng").click()
    chart = page.get_by_role("region", name="Biểu đồ của các dòng")
    primary = chart.get_by_role("button", name=re.compile("^Tiểu học: "))
    expect(primary).to_be_visible()

    shown, counts = numbers(chart), told(viewer, "style=level")
    assert sum(shown.values()) == counts["total"]
    assert shown["Tiểu học"] == next(one["count"] for one in counts["groups"] if one["value"] == "primary")

    primary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{shown['Tiểu học']} trong khung nhìn")).to_be_visible()
    expect(primary).to_have_attribute("aria-pressed", "true")
    viewer.until("location.search.includes('filter.schools=')", 5)
    viewer.await_features("schools", lambda found: found and {f["level"] for f in found} == {"primary"})

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    viewer.until("decodeURIComponent(location.search).includes('IN')", 5)
    chart.get_by_role("button", name="Bỏ lọc").click()
    expect(page.get_by_text(f"{counts['total']} trong khung nhìn")).to_be_visible()

    chart.get_by_label("Biểu đồ theo").select_option("by.pupils")
    expect(chart.get_by_role("button", name=re.compile(r"\d – \d")).first).to_be_visible()
    assert sum(numbers(chart).values()) == counts["total"]
    band, number = next((name, number) for name, number in numbers(chart).items() if number)
    chart.get_by_role("button", name=f"{band}: ").click()
    expect(page.get_by_text(f"{number} trong khung nhìn")).to_be_visible()
    chart.get_by_role("button", name="Xem bảng số").click()
    expect(chart.get_by_role("columnheader", name="Số lượng")).to_be_visible()
    viewer.shot("chart")


def test_a_layer_with_time_is_charted_over_it_and_a_bar_looks_at_that_day(viewer: Viewer) -> None:
    page = open_table(viewer, "/?layers=communes#map=8/11.1/106.1")
    page.get_by_role("button", name="Biểu đồ của các dòng").click()
    chart = page.get_by_role("region", name="Biểu đồ của các dòng")
    chart.get_by_label("Biểu đồ theo").select_option("time")

    now = chart.get_by_role("button", name=re.compile("^Hiện tại: "))
    expect(now).to_have_attribute("aria-pressed", "true")
    bars = chart.get_by_role("list").get_by_role("button")
    expect(bars).to_have_count(12)
    bars.nth(10).click()

    viewer.until("new URLSearchParams(location.search).has('at')", 5)
    expect(bars.nth(10)).to_have_attribute("aria-pressed", "true")


def test_thousands_of_rows_stay_a_few_in_the_page(viewer: Viewer) -> None:
    page = open_table(viewer, f"/?layers=parcels{TOWN}")
    row = page.locator("tr.row")
    expect(row.first).to_be_visible()
    row.first.focus()

    for end in (101, 201, 301):
        page.keyboard.press("End")
        expect(page.locator(f'tr.row[aria-rowindex="{end}"]')).to_be_focused()
        expect(page.locator(".scroll tbody tr.beyond + tr.row, tr.row + tr.beyond").first).to_be_attached()
        viewer.until(f"document.querySelector('.scroll').scrollHeight > {36 * end}", 10)

    assert row.count() < 60
    page.keyboard.press("Home")
    expect(page.locator('tr.row[aria-rowindex="2"]')).to_be_focused()
