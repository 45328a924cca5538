"""The main job, as a steward does it: files in, on the map of an open browser within seconds; click, search."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import expect

from tests.e2e.conftest import ROOT, Viewer

SHARED = Path(os.environ.get("GEO_IOC_SHARED", ROOT.parent / "shared"))
UNITS = SHARED / "data/vn_admin_2025/tay_ninh_communes_2025.geojson"
HOSPITALS = SHARED / "data/osm_vn/hanoi_region_hospitals_overpass.json"
PARCELS = SHARED / "data/cadastre_fr/cadastre-91216-parcelles.json"
SECONDS = 15

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real data sets are not at {SHARED} (GEO_IOC_SHARED)")


def _dataset_id(said: str) -> str:
    return next(word.strip("().,:;") for word in said.split() if word.strip("().,:;").startswith("d-"))


def test_the_main_job_on_real_input(viewer: Viewer) -> None:
    viewer.sign_in("steward")

    # Real boundaries over the illustrative ones, seen without a reload.
    viewer.jump(106.16, 11.55, 10)
    viewer.await_features("communes", lambda found: any(f.get("source") == "illustrative" for f in found))
    viewer.centre.manage("import_units", str(UNITS))
    viewer.await_features(
        "communes", lambda found: bool(found) and any(f.get("source") == "imported" for f in found), SECONDS
    )

    # Hospitals of Hà Nội: a new layer, no code, no restart.
    said = viewer.centre.manage(
        "import_features", "benh-vien-ha-noi", str(HOSPITALS), "--title", "Bệnh viện Hà Nội|Hanoi hospitals"
    )
    hospitals = _dataset_id(said)
    viewer.until(f"!!window.__geoioc.map.getSource('{hospitals}')", SECONDS)
    expect(viewer.page.get_by_text("Bệnh viện Hà Nội").first).to_be_visible()
    viewer.jump(105.84, 21.02, 11)
    found = viewer.await_features(hospitals, lambda one: len(one) >= 5, SECONDS)
    assert any(f.get("name") for f in found)

    # French parcels.
    said = viewer.centre.manage(
        "import_features", "thua-dat-phap", str(PARCELS), "--title", "Thửa đất Pháp|French parcels"
    )
    parcels = _dataset_id(said)
    viewer.until(f"!!window.__geoioc.map.getSource('{parcels}')", SECONDS)
    parcel = shapely.from_geojson(json.dumps(json.loads(PARCELS.read_text())["features"][0]["geometry"]))
    inside = parcel.point_on_surface()
    viewer.jump(inside.x, inside.y, 16)
    viewer.await_features(parcels, lambda one: len(one) >= 10, SECONDS)

    # A click opens the panel.
    viewer.click_at(inside.x, inside.y)
    panel = viewer.page.locator("article").first
    expect(panel).to_be_visible()
    viewer.shot("main-job-panel")

    # A search without accents flies to the commune.
    box = viewer.page.get_by_role("combobox").first
    box.fill("tan chau")
    expect(viewer.page.get_by_role("option").first).to_contain_text("Tân Châu")
    box.press("Enter")
    deadline = time.monotonic() + SECONDS
    centre = [0.0, 0.0]
    while time.monotonic() < deadline:
        centre = viewer.page.evaluate("window.__geoioc.map.getCenter().toArray()")
        if abs(centre[0] - 106.16) < 0.2 and abs(centre[1] - 11.55) < 0.2:
            break
        viewer.page.wait_for_timeout(200)
    assert abs(centre[0] - 106.16) < 0.2, centre
    assert abs(centre[1] - 11.55) < 0.2, centre
    expect(viewer.page.locator("article").first).to_contain_text("Tân Châu")
    viewer.drawn()
    shot = viewer.shot("main-job-search")
    if os.environ.get("GEO_IOC_README_SCREENSHOT") == "1":
        shutil.copy(shot, ROOT / "docs" / "images" / "viewer.png")
