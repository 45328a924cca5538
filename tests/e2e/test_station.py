"""A station's panel in Chromium, on the demo's stations: marked charts, maintenance, derivation, alarms, downloads."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.conftest import Centre, Viewer
from tests.e2e.test_accessibility import found

PLACE = "#map=11/11.3/106.1"
CLEANED = "from layers.sensors.models import Maintenance as M; print(M.objects.order_by('pk').first().station_id)"
"""The demo's first air station was cleaned yesterday."""
ALARM = """
from datetime import timedelta
from django.utils import timezone
from layers.alerts.models import Alert, Rule, Watch
from layers.sensors.models import Station
one, rule, at = Station.objects.get(pk={station}), Rule.objects.first(), timezone.now() - timedelta(hours=1)
place = dict(layer="stations", feature_id=one.pk, commune=one.commune, geom=one.geom, rule=rule)
watch = Watch.objects.filter(rule=rule, feature_id=one.pk).first() or Watch.objects.create(
    **place, version=rule.versions.first(), title=one.name, starts_at=at)
Alert.objects.create(**place, watch=watch, about=one.name, severity="danger", worst="danger", since_at=at)
"""


def station_id(viewer: Viewer) -> int:
    return int(viewer.centre.manage("shell", "-v0", "-c", CLEANED).split()[-1])


def open_station(viewer: Viewer, station: int, language: str = "vi") -> Locator:
    viewer.open(f"/?layers=stations&sel=stations/{station}&lang={language}{PLACE}")
    panel = viewer.page.locator("article").first
    expect(panel.get_by_role("heading", level=2)).to_be_visible()
    return panel


def choose(panel: Locator, action: str) -> Locator:
    """Its form, from behind the dots."""
    panel.get_by_role("button", name="Việc khác").click()
    panel.get_by_role("menuitem", name=action).click()
    return panel.locator("form")


def test_an_officer_records_maintenance_sees_it_on_the_line_and_ends_it(viewer: Viewer) -> None:
    station = station_id(viewer)
    viewer.sign_in("environment")
    panel, page = open_station(viewer, station), viewer.page
    expect(panel).to_contain_text("thay màng lọc")  # the note of yesterday's, for officers

    form = choose(panel, "Ghi bảo trì")
    form.get_by_label("Việc").select_option(label="Thay đầu đo")
    three_hours_ago = "new Date(Date.now() + 4 * 3600e3).toISOString().slice(0, 16).replace('T', ' ')"
    form.get_by_label("Từ").fill(page.evaluate(three_hours_ago))
    form.get_by_label("Thông số").fill("PM2.5, hơi nước")
    form.get_by_label("Đơn vị thực hiện").fill("Công ty Demo")
    form.get_by_role("button", name="Ghi bảo trì").click()
    expect(form).to_contain_text("Trạm không đo: hơi nước")
    viewer.shot("station-maintenance-form")
    form.get_by_label("Thông số").fill("PM2.5")
    form.get_by_role("button", name="Ghi bảo trì").click()

    expect(panel).to_contain_text("Đang bảo trì từ")
    expect(panel).to_contain_text("Công ty Demo")
    chart = panel.get_by_role("group", name=re.compile("^24 giờ qua, từng số đo"))
    expect(chart.get_by_role("list", name="Được đánh dấu")).to_contain_text("Trong lúc bảo trì, không tính")
    chart.get_by_role("button", name="Xem bảng số").click()
    expect(chart.get_by_role("table").locator("tbody tr").first).to_contain_text("Thay đầu đo")
    viewer.shot("station-maintained")

    form = choose(panel, "Kết thúc bảo trì")
    form.get_by_role("button", name="Kết thúc bảo trì").click()
    expect(panel).not_to_contain_text("Đang bảo trì từ")


def test_the_public_reads_when_it_was_but_not_by_whom_and_takes_the_numbers_away(viewer: Viewer) -> None:
    panel, page = open_station(viewer, station_id(viewer)), viewer.page

    expect(panel).to_contain_text("Vệ sinh")
    expect(panel).not_to_contain_text("thay màng lọc")
    expect(panel.get_by_role("button", name="Việc khác")).to_have_count(0)
    links = panel.get_by_role("link", name="Tệp CSV")
    expect(links).to_have_count(3)
    for link in links.all():
        with page.expect_download() as download:
            link.click()
        lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert download.value.suggested_filename.endswith(".csv")
        assert "pm25" in "".join(lines[:2])
        assert len(lines) > 1


@pytest.mark.parametrize(("language", "number"), [("vi", r"\d,\d{4}"), ("en", r"\d\.\d{4}")])
def test_formulas_and_weights_are_written_in_the_language(viewer: Viewer, language: str, number: str) -> None:
    panel = open_station(viewer, station_id(viewer), language)

    hours = panel.get_by_role("region", name=re.compile("Nowcast")).first
    expect(hours.locator("tbody tr")).to_have_count(12)
    expect(hours).to_contain_text(re.compile(f"1{number[2:]}"))
    formulas = panel.get_by_role("region", name=re.compile("1459")).first
    expect(formulas).to_contain_text("÷")
    point, comma = r"(?<!PM2)\.\d", r",\d"
    wrong = point if language == "vi" else comma
    assert not re.search(rf"\d{wrong}(?!\d\d)", formulas.inner_text())


def test_an_alarm_of_the_station_opens_from_its_panel(viewer: Viewer) -> None:
    station = station_id(viewer)
    viewer.centre.manage("shell", "-c", ALARM.format(station=station))
    viewer.sign_in("admin")
    panel = open_station(viewer, station)
    name = panel.get_by_role("heading", level=2).inner_text()

    alarms = panel.get_by_role("region", name="Cảnh báo của trạm")
    alarms.get_by_role("listitem").get_by_role("button", name=name).first.click()

    expect(viewer.page.locator("article").first).to_contain_text("Cảnh báo")
    viewer.centre.manage("shell", "-c", "from layers.alerts.models import Alert; Alert.objects.all().delete()")


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 360), ("light", 1024), ("dark", 1024)])
def test_axe_finds_nothing_on_a_station(
    browser: Browser, centre: Centre, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 740}, locale="vi-VN", color_scheme=scheme, bypass_csp=True
    )
    try:
        viewer = Viewer(context.new_page(), centre)
        panel = open_station(viewer, station_id(viewer))
        legend = panel.get_by_role("list", name="Được đánh dấu").first
        legend.scroll_into_view_if_needed()

        assert found(viewer.page) == []
        viewer.shot(f"station-{scheme}-{width}")
    finally:
        context.close()
