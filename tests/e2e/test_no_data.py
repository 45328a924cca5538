"""What is not there, and what is old, is said so wherever it is read: never a zero, never as if it were fresh."""

import psycopg
from playwright.sync_api import expect

from tests.e2e.conftest import Viewer

EMPTY = """
from layers.core.access import Public
from layers.core.attribute import Attribute, Option
from layers.core.text import Text
from layers.datasets.provider import DatasetProvider
kind = Attribute("kind", Text(vi="Loại", en="Kind"), type="text", choices=[Option("a", Text.same("A"))])
layer = DatasetProvider().create("empty", Text(vi="Lớp trống", en="Empty"), [kind], Public(), geometry="point")
print("layer", layer.id)
"""
# what nobody is told of is not journalled: a number changes, too
OLD = "update education_school set pupils = pupils + 1, updated_at = updated_at - interval '3 years'"
YOUNG = "update education_school set pupils = pupils - 1, updated_at = updated_at + interval '3 years'"


def test_a_layer_without_rows_says_no_data_wherever_numbers_stand(viewer: Viewer) -> None:
    layer = viewer.centre.manage("shell", "-c", EMPTY).split("layer ")[-1].strip()
    viewer.page.wait_for_timeout(1_500)
    page = viewer.open(f"/?layers={layer}#map=9/11.3/106.13").page

    row = page.get_by_role("listitem").filter(has=page.get_by_role("switch", name="Lớp trống"))
    expect(row.locator(".count")).to_contain_text("Chưa có dữ liệu")
    expect(row.locator(".count")).not_to_contain_text("0")
    page.get_by_role("tab", name="Chú giải").click()
    section = page.locator("ol > li").filter(has=page.get_by_role("heading", name="Lớp trống"))
    expect(section.get_by_text("Chưa có dữ liệu")).to_be_visible()
    expect(section.locator(".count")).to_have_count(0)
    page.get_by_role("button", name="Bảng đối tượng").click()
    table = page.get_by_role("region", name="Đối tượng trong khung nhìn")
    expect(table.get_by_text("Lớp này chưa có dữ liệu.")).to_be_visible()
    expect(table.get_by_text("0 trong khung nhìn")).to_have_count(0)
    table.get_by_role("button", name="Biểu đồ của các dòng").click()
    expect(table.get_by_text("Chưa có dữ liệu", exact=True)).to_be_visible()
    viewer.shot("no_data")


def test_a_stale_layer_says_so_in_catalogue_legend_and_table(viewer: Viewer) -> None:
    with psycopg.connect(viewer.centre.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute(OLD)
        try:
            viewer.page.wait_for_timeout(1_500)  # the catalogue looks at the journal once a second
            page = viewer.open("/?layers=schools#map=12/11.3/106.13").page
            row = page.get_by_role("listitem").filter(has=page.get_by_role("switch", name="Trường học"))
            expect(row.get_by_text("Dữ liệu cũ hơn cam kết")).to_be_attached()
            page.get_by_role("tab", name="Chú giải").click()
            expect(page.locator("ol > li").get_by_text("Dữ liệu cũ hơn cam kết").first).to_be_visible()
            page.get_by_role("button", name="Bảng đối tượng").click()
            table = page.get_by_role("region", name="Đối tượng trong khung nhìn")
            expect(table.get_by_text("Dữ liệu cũ hơn cam kết")).to_be_visible()
            viewer.shot("stale")
        finally:
            database.execute(YOUNG)
