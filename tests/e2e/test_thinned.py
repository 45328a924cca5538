"""A tile of more features than are drawn: its layer's row and legend say so, until one is close enough to see all."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Centre, Viewer
from tile_server.grid import tile_at
from tile_server.vector import MAX_FEATURES

TILE = tile_at(106.13, 11.31, 12)
BOX = TILE.bbox()
LON, LAT = (BOX.west + BOX.east) / 2, (BOX.south + BOX.north) / 2

COLUMNS = (
    "place_precision, version, updated_at, name, level, ownership, commune_id, address, phone, principal, school_year,"
    " source"
)
CROWD = f"""
insert into education_school ({COLUMNS}, code, geom)
select {COLUMNS}, 'CROWD-' || n, st_setsrid(st_makepoint(%s + n %% 125 * 1e-4, %s + n / 125 * 1e-4), 4326)
from (select * from education_school order by id limit 1) one, generate_series(1, %s) n
"""
HELD = "select count(*) from education_school where geom && st_makeenvelope(%s, %s, %s, %s, 4326)"


@pytest.fixture
def crowd(centre: Centre) -> Iterator[int]:
    """Some hundred schools more than a tile draws, in the middle of one; how many that tile holds."""
    with psycopg.connect(centre.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute(CROWD, [LON, LAT, MAX_FEATURES + 500])
        row = database.execute(HELD, list(TILE.drawn)).fetchone()
        assert row
        yield int(row[0])
        database.execute("delete from education_school where code like 'CROWD-%'")


def test_a_thinned_tile_is_said_where_its_layer_is_named_and_no_longer_once_all_is_drawn(
    viewer: Viewer, crowd: int
) -> None:
    english = f"Drawing {MAX_FEATURES:,} of {crowd:,} features: zoom in to see all"
    kept, total = (f"{number:,}".replace(",", ".") for number in (MAX_FEATURES, crowd))
    vietnamese = f"Đang vẽ {kept} trong {total} đối tượng: phóng to để thấy đủ"
    viewer.page.set_viewport_size({"width": 1440, "height": 800})

    viewer.open(f"/?lang=en#map=12.2/{LAT}/{LON}")
    expect(viewer.page.get_by_text(english)).to_be_visible()
    viewer.open(f"/?lang=vi#map=12.2/{LAT}/{LON}")

    note = viewer.page.get_by_text(vietnamese)
    expect(note).to_be_visible()
    expect(viewer.page.get_by_role("switch", name="Trường học")).to_have_accessible_description(vietnamese)
    viewer.shot("thinned")
    viewer.page.get_by_role("tab", name="Chú giải").click()
    expect(note).to_be_visible()

    viewer.jump(LON, LAT, 16)

    expect(note).to_have_count(0)
