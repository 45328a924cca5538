"""An alarm on its way: a device reports high water, a rule raises an alert, the wall tells it and falls quiet again."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ROOT, Centre, Viewer
from tests.e2e.test_wall import FIRST, LISTEN, browser_context_args, enter, scene, wall

__all__ = ["browser_context_args", "wall"]  # the small screen, and the wall on it

GAUGE, CODE = "Trạm mực nước cầu thử", "TN_TEST_MN01"
ADD_GAUGE = f"""
from django.contrib.gis.geos import Point
from layers.admin_units.models import AdminUnit
from layers.sensors.models import Datastream, Station
place = AdminUnit.objects.get(code="25459", level="commune", is_current=True)
one = Station.objects.create(code="{CODE}", name="{GAUGE}", kind="water_level", commune=place, alert_1_m=1.5,
    alert_2_m=2.0, alert_3_m=2.5, geom=Point(106.1, 11.31, srid=4326))
Datastream.objects.create(station=one, quantity="water_level", unit="m")
"""
DROP_GAUGE = f"""
from layers.alerts.models import Alert, Watch
from layers.sensors.models import Station
Alert.objects.filter(about="{GAUGE}").delete()
Watch.objects.filter(title="{GAUGE}").delete()
Station.objects.filter(code="{CODE}").delete()
"""
WATCHED = "select count(*) from alerts_watch where title = %s and ends_at is null"


@pytest.fixture
def evaluated(centre: Centre) -> Iterator[Centre]:
    """A gauge of this test alone, under the demo's flood rule, with the process of the rules at work."""
    centre.manage("shell", "-c", ADD_GAUGE)
    log = Path(centre.environment["GEO_IOC_VAR"]) / "rules.log"
    command = [sys.executable, "manage.py", "evaluate_rules"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=centre.environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        with psycopg.connect(centre.environment["DATABASE_URL"], autocommit=True) as database:
            deadline = time.monotonic() + 60
            while not database.execute(WATCHED, [GAUGE]).fetchone()[0]:  # type: ignore[index]
                assert time.monotonic() < deadline, log.read_text()[-3000:]
                time.sleep(0.2)
        yield centre
    finally:
        process.terminate()
        process.wait(20)
        centre.manage("shell", "-c", DROP_GAUGE)


def report(page: Page, centre: Centre, level_m: float, at: datetime) -> None:
    """What the gauge's device posts."""
    key = (Path(centre.environment["GEO_IOC_VAR"]) / "demo_device").read_text().split()[-1]
    reading = {"station": CODE, "quantity": "water_level", "at": at.isoformat(), "value": level_m}
    answer = page.request.post(
        f"{centre.url}/api/ingest/stations", data=[reading], headers={"Authorization": f"Device {key}"}
    )
    assert answer.json() == {"accepted": 1, "rejected": []}


def tones(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("window.tones")
    return found


def test_an_alarm_stands_first_on_the_wall_is_sounded_once_and_falls_quiet_when_acknowledged(
    evaluated: Centre, wall: Page, browser: Browser
) -> None:
    scene(wall, FIRST)
    enter(wall)
    wall.add_init_script(LISTEN)
    wall.reload()
    scene(wall, FIRST)
    wall.get_by_role("button", name="Bắt đầu ca trực").click()
    expect(wall.get_by_text("có âm báo")).to_be_visible()
    strip = wall.get_by_role("log")
    line = strip.get_by_role("listitem").filter(has_text=f"Cảnh báo: {GAUGE}")
    now = datetime.now(UTC)
    report(wall, evaluated, 1.2, now - timedelta(minutes=10))  # a rise of 0.4 m at once would be doubted
    wall.wait_for_timeout(3_000)
    expect(line).to_have_count(0)
    before = tones(wall)

    began = time.monotonic()
    report(wall, evaluated, 1.6, now)
    expect(line).to_be_visible(timeout=30_000)
    print(f"\non the strip {time.monotonic() - began:.1f} s after it was measured")  # noqa: T201

    expect(strip.get_by_role("listitem").first).to_contain_text(GAUGE)
    expect(line).to_have_class(re.compile("alarm"))
    wall.wait_for_function("before => window.tones.length > before", arg=len(before) + 1)
    sounded = tones(wall)[len(before) :]
    assert [(tone["hz"], tone["state"]) for tone in sounded] == [(660, "running"), (880, "running")]
    Viewer(wall, evaluated).shot("wall-alarm")

    acknowledge(browser, evaluated)

    expect(line).to_have_count(0)
    assert len(tones(wall)) == len(before) + 2, "it was sounded once"


def acknowledge(browser: Browser, centre: Centre) -> None:
    """As the operator on duty does it, at a desk."""
    context = browser.new_context(locale="vi-VN", viewport={"width": 1024, "height": 640})
    desk = Viewer(context.new_page(), centre).sign_in("operator")
    answer = desk.page.request.get(f"{centre.url}/api/layers/alerts/features", params={"filter": f"about = '{GAUGE}'"})
    (alert,) = answer.json()["features"]
    desk.open(f"/?layers=alerts&sel=alerts/{alert['id']}#map=12/11.31/106.1")
    panel = desk.page.locator("article").first
    panel.get_by_role("button", name="Tiếp nhận", exact=True).click()
    panel.get_by_label("Lý do, việc đã làm").fill("Đã cử người ra cầu")
    panel.locator("form").get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(panel.get_by_text("Đã tiếp nhận").first).to_be_visible()
    context.close()
