"""Three scenes of the demo province, and what they are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import fixtures
from geo_ioc.wall.models import WallScene, WallTile
from layers.admin_units.models import AdminUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tile:
    title: tuple[str, str]
    link: str
    kind: str = "map"
    by: str = ""
    wide: int = 1
    high: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    slug: str
    title: tuple[str, str]
    tiles: tuple[_Tile, ...]


def scenes_of(province: fixtures.Province) -> tuple[_Scene, ...]:
    """The scenes of a province; its first commune by code stands for all of them."""
    unit, first = province.unit, province.communes[0]
    inside = quote(f"province = '{unit.short_name}'")
    commune = AdminUnit.objects.get(level="commune", code=first.code, is_current=True)
    lon, lat = first.lonlat or unit.lonlat or (106.0, 11.0)
    return (
        _Scene(
            slug="tong-quan",
            title=("Tổng quan tỉnh", "The province at a glance"),
            tiles=(
                _Tile(title=("Trường học", "Schools"), link="?layers=schools", wide=2, high=2),
                _Tile(
                    kind="numbers",
                    title=("Số liệu chung", "In numbers"),
                    link=f"?layers=communes,schools&filter.communes={inside}",
                ),
                _Tile(kind="numbers", title=("Theo cấp học", "By level"), link="?layers=schools", by="level"),
            ),
        ),
        _Scene(
            slug="dat-dai",
            title=("Đất đai", "Land"),
            tiles=(
                _Tile(title=("Sử dụng đất toàn tỉnh", "Land use of the province"), link="?layers=parcels", high=2),
                _Tile(
                    title=(f"Thửa đất {first.name}", f"Parcels of {first.name_en}"),
                    link=f"?layers=parcels#map=15/{lat:.4f}/{lon:.4f}",
                    high=2,
                ),
                _Tile(
                    kind="numbers",
                    title=("Theo mục đích sử dụng", "By use"),
                    link="?layers=parcels",
                    by="land_use",
                    high=2,
                ),
            ),
        ),
        _Scene(
            slug="dia-gioi",
            title=("Địa giới hành chính", "Administrative units"),
            tiles=(
                _Tile(
                    title=("Xã, phường và trường học", "Communes and schools"),
                    link=f"?layers=schools,communes#map=10/{lat:.4f}/{lon:.4f}",
                    wide=2,
                    high=2,
                ),
                _Tile(
                    kind="panel", title=(first.name, first.name_en), link=f"?layers=communes&sel=communes/{commune.pk}"
                ),
                _Tile(
                    kind="numbers",
                    title=("Theo loại đơn vị", "By kind of unit"),
                    link=f"?layers=communes&filter.communes={inside}",
                    by="kind",
                ),
            ),
        ),
    )


def seed(province: fixtures.Province, say: Callable[[str], object]) -> None:
    """The scenes, once; one that a person changed stays as it is."""
    made = 0
    for position, scene in enumerate(scenes_of(province)):
        values = {"title_vi": scene.title[0], "title_en": scene.title[1], "position": position, "seconds": 40}
        row, is_new = WallScene.objects.get_or_create(slug=scene.slug, defaults=values)
        if is_new:
            made += 1
            WallTile.objects.bulk_create(_row(row, place, tile) for place, tile in enumerate(scene.tiles))
    say(f"{made} wall scenes new")


def _row(scene: WallScene, position: int, tile: _Tile) -> WallTile:
    return WallTile(
        scene=scene,
        position=position,
        kind=tile.kind,
        title_vi=tile.title[0],
        title_en=tile.title[1],
        link=tile.link,
        by=tile.by,
        wide=tile.wide,
        high=tile.high,
    )
