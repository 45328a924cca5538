"""Three scenes of the demo province, and what they are made of."""

from collections.abc import Callable
from dataclasses import dataclass

from geo_ioc.wall.models import WallScene, WallTile


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tile:
    title: tuple[str, str]
    link: str
    kind: str = "map"
    by: str = ""
    wide: int = 1
    high: int = 1


SCENES: tuple[tuple[str, tuple[str, str], tuple[_Tile, ...]], ...] = (
    (
        "tong-quan",
        ("Tổng quan tỉnh", "The province at a glance"),
        (
            _Tile(title=("Trường học toàn tỉnh", "Schools of the province"), link="?layers=schools", wide=2, high=2),
            _Tile(kind="numbers", title=("Số liệu chung", "In numbers"), link="?layers=communes,schools"),
            _Tile(
                kind="numbers", title=("Trường theo cấp học", "Schools by level"), link="?layers=schools", by="level"
            ),
        ),
    ),
    (
        "dat-dai",
        ("Đất đai", "Land"),
        (
            _Tile(title=("Thửa đất cả tỉnh", "Parcels of the province"), link="?layers=parcels", high=2),
            _Tile(
                title=("Thửa đất phường Tân Ninh", "Parcels of Tân Ninh ward"),
                link="?layers=parcels#map=15.2/11.313/106.1",
                high=2,
            ),
            _Tile(kind="numbers", title=("Tổng số thửa", "Parcels in all"), link="?layers=parcels"),
            _Tile(kind="numbers", title=("Theo mục đích sử dụng", "By use"), link="?layers=parcels", by="land_use"),
        ),
    ),
    (
        "dia-gioi",
        ("Địa giới hành chính", "Administrative units"),
        (
            _Tile(title=("Xã, phường hôm nay", "Communes today"), link="?layers=communes", wide=2, high=2),
            _Tile(kind="numbers", title=("Xã, phường", "Communes"), link="?layers=communes", by="kind"),
            _Tile(kind="numbers", title=("Cả tỉnh", "The province"), link="?layers=schools,parcels"),
        ),
    ),
)


def seed(province: object, say: Callable[[str], object]) -> None:
    """The scenes, once; one that a person changed stays as it is."""
    made = 0
    for position, (slug, (vi, en), tiles) in enumerate(SCENES):
        values = {"title_vi": vi, "title_en": en, "position": position, "seconds": 40}
        scene, is_new = WallScene.objects.get_or_create(slug=slug, defaults=values)
        if not is_new:
            continue
        made += 1
        WallTile.objects.bulk_create(
            WallTile(
                **{"scene": scene, "position": place, "kind": tile.kind, "link": tile.link, "by": tile.by},
                **{"title_vi": tile.title[0], "title_en": tile.title[1], "wide": tile.wide, "high": tile.high},
            )
            for place, tile in enumerate(tiles)
        )
    say(f"{made} wall scenes new")
