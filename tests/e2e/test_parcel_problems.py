"""Problems of parcels in Chromium: a land officer sees them by kind and state, opens one, takes and accepts it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Viewer
from tests.e2e.test_accessibility import PHONE, browser_context_args, found
from tests.e2e.test_legend import numbers

__all__ = ["browser_context_args"]  # the fixture that lets axe in

LAYER = "parcel_problems"
GROUND = ("overlap", "gap", "sliver")


def problems(viewer: Viewer, condition: str) -> list[dict[str, Any]]:
    """What the API tells whoever is signed in."""
    answer = viewer.page.request.get(
        f"{viewer.centre.url}/api/layers/{LAYER}/features", params={"filter": condition, "limit": "50"}
    )
    assert answer.ok, answer.text()
    told: list[dict[str, Any]] = answer.json()["features"]
    return told


def counts(viewer: Viewer, style: str) -> dict[str, Any]:
    told: dict[str, Any] = viewer.page.request.get(
        f"{viewer.centre.url}/api/layers/{LAYER}/counts", params={"style": style}
    ).json()
    return told


def open_problem(viewer: Viewer, problem: dict[str, Any], language: str) -> Locator:
    west, south, east, north = problem["bbox"]
    place = f"#map=18/{(south + north) / 2}/{(west + east) / 2}"
    viewer.open(f"/?layers={LAYER},parcels&sel={LAYER}/{problem['id']}&lang={language}{place}")
    panel = viewer.page.locator("article").first
    expect(panel.get_by_role("heading", level=2)).to_be_visible()
    return panel


@pytest.fixture
def checked(viewer: Viewer) -> Viewer:
    """A land officer, once the planted faults are found by the job that looks at what changed."""
    viewer.centre.manage("check_parcels", "--changed")
    return viewer.sign_in("land_officer")


def test_the_legend_counts_problems_by_kind_and_by_state(checked: Viewer) -> None:
    viewer = checked
    everywhere = "#map=10/11.48/106.15"
    for style, said in (("kind", ["Chồng lấn ranh giới", "Thửa quá hẹp"]), ("state", ["Chưa xử lý"])):
        page = viewer.open(f"/?layers={LAYER}&style.{LAYER}={style}&lang=vi{everywhere}").page
        page.get_by_role("tab", name="Chú giải").click()
        section = page.locator("ol > li").filter(has=page.get_by_role("heading", name="Lỗi dữ liệu thửa đất"))
        expect(section.get_by_text("Trong khung nhìn")).to_be_visible()
        told = counts(viewer, style)
        assert sum(numbers(section)) == told["total"] > 10
        for words in said:
            expect(section).to_contain_text(words)
        viewer.shot(f"problems-legend-{style}")
        assert found(page) == []

    viewer.page.context.clear_cookies()
    viewer.sign_in("land_admin")
    assert counts(viewer, "kind")["total"] == told["total"], "nobody looked at another commune"
    viewer.page.context.clear_cookies()
    viewer.sign_in("steward")
    assert viewer.page.request.get(f"{viewer.centre.url}/api/layers/{LAYER}/counts").status == 404


WORDS: dict[str, dict[str, Any]] = {
    "vi": {
        "take": "Nhận xử lý", "accept": "Chấp nhận", "reopen": "Mở lại", "reason": "Lý do", "more": "Việc khác",
        "said": "Hai thửa cùng phủ phần đất này.", "work": "Đang xử lý", "accepted": "Chấp nhận, có lý do",
        "open": "Chưa xử lý", "records": "Hồ sơ các thửa",
    },
    "en": {
        "take": "Take", "accept": "Accept", "reopen": "Open again", "reason": "Reason", "more": "More",
        "said": "Two parcels both cover this ground.", "work": "In work", "accepted": "Accepted with a reason",
        "open": "Open", "records": "Records of its parcels",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "size", "scheme", "kind"),
    [("vi", None, "light", "overlap"), ("en", PHONE, "dark", "overlap")],
)
def test_a_problem_is_taken_accepted_and_opened_again(
    checked: Viewer, language: str, size: Any, scheme: Any, kind: str
) -> None:
    viewer, page, words = checked, checked.page, WORDS[language]
    name = f"problem-{'phone' if size else 'desk'}-{scheme}"
    if size:
        page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    (problem,) = problems(viewer, f"kind='{kind}' AND area>4")
    panel = open_problem(viewer, problem, language)
    if size:
        page.get_by_role("button", name="Drag up or down").press("ArrowUp")
    faults = {"opened": found(page)}
    expect(panel).to_contain_text(words["said"])
    state = panel.locator("header")
    expect(state).to_contain_text(words["open"])
    viewer.shot(name)

    panel.get_by_role("button", name=words["take"], exact=True).click()
    panel.locator("form").get_by_role("button", name=words["take"], exact=True).click()
    expect(state).to_contain_text(words["work"])

    panel.get_by_role("button", name=words["accept"], exact=True).click()
    form = panel.locator("form")
    form.get_by_label(words["reason"]).fill("ừ")
    form.get_by_role("button", name=words["accept"], exact=True).click()
    expect(form.locator("[aria-invalid=true]")).to_be_visible()
    faults["refused"] = found(page)
    viewer.shot(f"{name}-refused")
    form.get_by_label(words["reason"]).fill("Ranh theo bản án 12/2025 (demo)")
    form.get_by_role("button", name=words["accept"], exact=True).click()
    expect(state).to_contain_text(words["accepted"])
    expect(panel).to_contain_text("Ranh theo bản án 12/2025 (demo)")
    expect(panel).to_contain_text("land_officer")
    faults["accepted"] = found(page)
    viewer.shot(f"{name}-accepted")

    panel.get_by_role("button", name=words["more"], exact=True).click()
    page.get_by_role("menuitem", name=words["reopen"]).click()
    panel.locator("form").get_by_role("button", name=words["reopen"], exact=True).click()
    expect(state).to_contain_text(words["open"])

    assert faults == {"opened": [], "refused": [], "accepted": []}
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    panel.get_by_text(re.compile(r"^(Thửa|Parcel) \d+")).last.click()
    viewer.until("new URLSearchParams(location.search).get('sel').startsWith('parcel_cases/')", 15)
    expect(page.locator("article").first).to_contain_text(re.compile(r"[^\s(]\*\*\*"))
    viewer.shot(f"{name}-parcel")


@pytest.mark.parametrize("kind", [*GROUND, "uses_do_not_sum", "duplicate_number"])
def test_each_kind_is_seen_where_it_is(checked: Viewer, kind: str) -> None:
    (problem,) = problems(checked, f"kind='{kind}' AND area>4")
    panel = open_problem(checked, problem, "vi")

    drawn = checked.await_features(LAYER, lambda all: problem["id"] in {one["id"] for one in all})
    assert {one["kind"] for one in drawn if one["id"] == problem["id"]} == {kind}
    expect(panel).to_contain_text(problem["properties"]["numbers"].split(",")[0])
    checked.shot(f"problem-{kind}")
