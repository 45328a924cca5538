"""Layers that no folder declares: toys of the other kinds, and one layer from each provider."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import rasterio
import shapely
from django.db import connection
from rasterio import Affine

from layers.core import (
    Access,
    Attribute,
    Choice,
    Circle,
    ComputedLayer,
    Dependency,
    Fill,
    Public,
    RasterLayer,
    Roles,
    Scene,
    Search,
    Shape,
    Style,
    Text,
    Viewer,
    Zoom,
    registry,
    role,
)
from layers.core.declaration import Declaration
from layers.core.geo import Bbox
from layers.core.install import sync_database
from layers.core.registry import Provider
from tests.conformance.given import BESIDE
from tests.conformance.rows import Rows
from tests.conformance.subject import FAR, NEAR, Subject
from tests.toys.models import ToyUnit
from tests.toys.provider import TOYS
from tests.toys.temporary import temporarily

LOOKER = role("toy_looker")
AROUND_DEG = 0.05


class Surface(ComputedLayer):
    """Two squares, one around `NEAR`, named by the units there are."""

    id = "toy_surface"
    title = Text(vi="Bề mặt thử", en="Toy surface")
    group = TOYS
    geometry_kind = "polygon"
    zoom = Zoom(4, 14)
    attributes = [
        Attribute("name", Text(vi="Tên", en="Name"), type="text"),
        Attribute("level", Text(vi="Mức", en="Level"), type="integer", from_zoom=6),
    ]
    styles = [Style("plain", Text(vi="Đơn giản", en="Plain"), [Fill(color="#0B5FA5")])]
    filters = [Choice("level")]
    search = Search("name")
    access = Access(view=Roles(LOOKER), rows=Public())
    depends_on = [Dependency(ToyUnit)]

    def shapes(
        self, viewer: Viewer, at: datetime | None, bbox: Bbox | None, zoom: int | None = None
    ) -> Iterable[Shape]:
        name = ToyUnit.objects.order_by("pk").values_list("name", flat=True).first() or "Đồng Xanh"
        for number, (lon, lat) in enumerate((NEAR, FAR), start=1):
            square = shapely.box(lon - AROUND_DEG, lat - AROUND_DEG, lon + AROUND_DEG, lat + AROUND_DEG)
            yield Shape(id=number, geometry=square, attributes={"name": f"{name} {number}", "level": number})


class PictureLayer(RasterLayer):
    """A small GeoTIFF around `NEAR`: red west of it, blue east of it."""

    id = "toy_picture"
    title = Text(vi="Ảnh thử", en="Toy picture")
    group = TOYS
    zoom = Zoom(6, 16)
    styles = [Style("plain", Text(vi="Ảnh", en="Picture"), [Circle(color="#0B5FA5")])]
    access = Access(view=Roles(LOOKER), rows=Public())
    path: Path

    def scenes(self, viewer: Viewer, at: datetime | None, bbox: Bbox) -> Sequence[Scene]:
        return [Scene(path=self.path)]

    def bounds(self, viewer: Viewer) -> Bbox | None:
        return Bbox(NEAR[0] - AROUND_DEG, NEAR[1] - AROUND_DEG, NEAR[0] + AROUND_DEG, NEAR[1] + AROUND_DEG)


KINDS: dict[str, type[Declaration]] = {cls.id: cls for cls in (Surface, PictureLayer)}
PROVIDED: dict[str, Provider] = {f"from {provider.topic}": provider for provider in registry.providers}


@contextmanager
def opened(name: str, user_id: int) -> Iterator[Subject]:
    """The layer of this name as a subject without rows; what was made for it goes with it."""
    with ExitStack() as stack:
        if name in PROVIDED:
            yield stack.enter_context(_provided(PROVIDED[name], user_id))
            return
        if name in KINDS:
            PictureLayer.path = stack.enter_context(geotiff())
            stack.enter_context(temporarily(KINDS[name]))
            sync_database()
        if registry.get(name).kind == "computed":
            stack.enter_context(_sources(registry.get(name)))
        yield Subject(name, user_id)


@contextmanager
def _provided(provider: Provider, user_id: int) -> Iterator[Subject]:
    """A layer with attributes of several types, made by the provider's own door."""
    schema = [
        Attribute("name", Text(vi="Tên", en="Name"), type="text"),
        Attribute("number", Text(vi="Số", en="Number"), type="integer"),
        Attribute("amount", Text(vi="Lượng", en="Amount"), type="number"),
    ]
    made: Any = provider.create("conformance", Text(vi="Bộ thử", en="Tried set"), schema, Roles(LOOKER))
    registry.changed(provider.topic)
    yield Subject(made.id, user_id)
    for column, value in made.discriminator.items():
        declared = made.model._meta.get_field(column).related_model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'delete from "{declared}" where id = %s', [value])
    registry.changed(provider.topic)


@contextmanager
def _sources(layer: Any) -> Iterator[None]:
    """Rows of the layers whose tables a computed layer reads."""
    models = {dependency.model for dependency in layer.depends_on}
    read = [one for one in registry._layers.values() if getattr(one, "model", None) in models]
    makers = [Rows(one) for one in read]  # type: ignore[arg-type]
    try:
        for maker in makers:
            for place in (NEAR, FAR):
                row = maker.make(place)
                source, beside = BESIDE.get(layer.id, (None, None))
                if beside and maker.layer.id == source:
                    maker.keep(beside(row))
        yield
    finally:
        for maker in makers:
            maker.clean()


@contextmanager
def geotiff() -> Iterator[Path]:
    """128 x 128 pixels, red in the west and blue in the east, EPSG:4326."""
    lon, lat = NEAR
    pixels = np.zeros((3, 128, 128), dtype="uint8")
    pixels[0, :, :64], pixels[2, :, 64:] = 255, 255
    pixel_deg = 2 * AROUND_DEG / 128
    transform = Affine(pixel_deg, 0, lon - AROUND_DEG, 0, -pixel_deg, lat + AROUND_DEG)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "picture.tif"
        made = {"driver": "GTiff", "width": 128, "height": 128, "count": 3, "dtype": "uint8", "crs": "EPSG:4326"}
        with rasterio.open(path, "w", transform=transform, **made) as file:
            file.write(pixels)
        yield path
