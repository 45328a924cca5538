"""The row of a plug-in base map."""

from typing import Any

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from layers.basemap.plugged import address as addresses
from layers.basemap.plugged.words import say, wrong
from layers.core.attribute import Options
from layers.core.text import Text
from layers.core.viewer import Viewer

LAST_ZOOM = 24
TAKEN = frozenset({"plain", "paper"})
"""What the viewer offers by itself, by the names it gives in a link."""


class BaseMapKind(Options):
    """How the map is published."""

    XYZ = "xyz", "XYZ: ô ảnh theo {z}/{x}/{y}", "XYZ: pictures by {z}/{x}/{y}"
    WMTS = "wmts", "WMTS", "WMTS"
    TILEJSON = "tilejson", "TileJSON", "TileJSON"
    PMTILES = "pmtiles", "PMTiles: một tệp", "PMTiles: one file"
    STYLE = "style", "Kiểu MapLibre (style.json)", "MapLibre style (style.json)"


class Audience(Options):
    """Who is offered the map, and so learns its address."""

    PUBLIC = "public", "Mọi người", "Everyone"
    SIGNED_IN = "signed_in", "Người đã đăng nhập", "People signed in"


class Position(Options):
    """What of our own base map stays."""

    UNDER_LABELS = "under_labels", "Nằm dưới địa danh của hệ thống", "Under our own names"
    REPLACES = "replaces", "Thay toàn bộ nền", "In place of the whole base map"


class BaseMap(models.Model):
    """A map of others that may lie under the data.

    Its address reaches the browser of everyone it is offered to; a key in it is known to them all. `document` is what
    was read at the address, and `read_at` when: a row is offered only once that is known.
    """

    slug = models.SlugField(
        say("mã trong liên kết", "name in links"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+$")],
    )
    title_vi = models.CharField(say("tên tiếng Việt", "Vietnamese name"), max_length=80)
    title_en = models.CharField(say("tên tiếng Anh", "English name"), max_length=80)
    kind = models.CharField(say("loại", "kind"), max_length=10, choices=BaseMapKind.choices())
    address = models.CharField(say("địa chỉ", "address"), max_length=1000)
    attribution = models.CharField(say("ghi công", "attribution"), max_length=200)
    minzoom = models.PositiveSmallIntegerField(
        say("mức thu phóng đầu", "first zoom"), default=0, validators=[MaxValueValidator(LAST_ZOOM)]
    )
    maxzoom = models.PositiveSmallIntegerField(
        say("mức thu phóng cuối", "last zoom"), default=19, validators=[MaxValueValidator(LAST_ZOOM)]
    )
    tile_size = models.PositiveSmallIntegerField(
        say("cỡ ô (px)", "tile size (px)"), default=256, choices=[(256, "256"), (512, "512")]
    )
    wmts_layer = models.CharField(say("lớp WMTS", "WMTS layer"), max_length=200, blank=True)
    wmts_style = models.CharField(say("kiểu WMTS", "WMTS style"), max_length=200, blank=True)
    wmts_matrix_set = models.CharField(say("bộ ma trận WMTS", "WMTS matrix set"), max_length=200, blank=True)
    audience = models.CharField(
        say("dành cho", "offered to"), max_length=10, choices=Audience.choices(), default=Audience.SIGNED_IN.value
    )
    position = models.CharField(
        say("vị trí", "position"), max_length=12, choices=Position.choices(), default=Position.UNDER_LABELS.value
    )
    order = models.PositiveSmallIntegerField(say("thứ tự", "order"), default=100)
    active = models.BooleanField(say("đang dùng", "in use"), default=True)
    document: Any = models.JSONField(default=None, null=True, editable=False)
    read_at = models.DateTimeField(say("đọc lúc", "read at"), null=True, editable=False)

    class Meta:
        """In the order of the chooser."""

        ordering = ("order", "slug")
        verbose_name = say("bản đồ nền", "base map")
        verbose_name_plural = say("bản đồ nền", "base maps")
        constraints = [
            models.CheckConstraint(
                condition=Q(active=False) | Q(document__isnull=False), name="basemap_basemap_read_before_use"
            ),
            models.CheckConstraint(condition=Q(minzoom__lte=models.F("maxzoom")), name="basemap_basemap_zoom_range"),
        ]

    def __str__(self) -> str:
        """The Vietnamese name."""
        return self.title_vi

    @property
    def title(self) -> Text:
        """Both names."""
        return Text(vi=self.title_vi, en=self.title_en)

    @property
    def is_template(self) -> bool:
        """Whether the address is itself the template of tiles, so that nothing must be read first."""
        return self.kind == BaseMapKind.XYZ or (self.kind == BaseMapKind.WMTS and "{" in self.address)

    def clean(self) -> None:
        """See that the row can work, before anything is asked of the address.

        Raises:
            ValidationError: names the field, in both languages.
        """
        if self.slug in TAKEN:
            raise wrong("slug", f"“{self.slug}” đã dành cho hệ thống.", f"“{self.slug}” is taken by the viewer itself.")
        if "<" in self.attribution:
            raise wrong("attribution", "Ghi công là chữ, không có thẻ HTML.", "The attribution is text without HTML.")
        if self.minzoom is not None and self.maxzoom is not None and self.minzoom > self.maxzoom:
            raise wrong(
                "minzoom",
                f"Mức đầu ({self.minzoom}) lớn hơn mức cuối ({self.maxzoom}).",
                f"The first zoom ({self.minzoom}) is above the last ({self.maxzoom}).",
            )
        self.address = self.address.removeprefix("pmtiles://")
        self._check_address()

    def _check_address(self) -> None:
        if not self.is_template:
            addresses.check(self.address, template=None)
        if self.kind == BaseMapKind.XYZ:
            addresses.check(self.address, template=addresses.XYZ_NAMES)
            addresses.check_tile(self.address)
        if self.kind == BaseMapKind.WMTS and self.is_template:
            addresses.check(self.address, template=addresses.WMTS_NAMES)
            addresses.check_tile(self.address)
        if self.kind == BaseMapKind.WMTS and not self.is_template and not self.wmts_layer:
            raise wrong(
                "wmts_layer",
                "Địa chỉ GetCapabilities cần tên lớp; hoặc dán mẫu địa chỉ ô có {TileMatrix}, {TileRow}, {TileCol}.",
                "Capabilities need the layer's name; or give a template with {TileMatrix}, {TileRow}, {TileCol}.",
            )


def offered(viewer: Viewer) -> models.QuerySet[BaseMap]:
    """The base maps this viewer may use; whoever is not signed in is offered the public ones."""
    rows = BaseMap.objects.filter(active=True)
    return rows.filter(audience=Audience.PUBLIC) if viewer.is_public else rows
