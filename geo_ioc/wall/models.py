"""Scenes of the walls and their tiles."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from geo_ioc.accounts.words import say
from geo_ioc.wall.link import Link, read_link
from geo_ioc.wall.rights import check, every_attribute
from layers.core.errors import LayerError

MOST_COLUMNS, MOST_ROWS = 6, 4


def _between(low: int, high: int) -> list[Any]:
    return [MinValueValidator(low), MaxValueValidator(high)]


class WallScene(models.Model):
    """A scene (cảnh màn hình): what a wall shows for some seconds before it goes on to the next."""

    slug = models.SlugField(
        say("mã", "slug"), unique=True, help_text=say("Địa chỉ: /wall?scene=mã", "Its address: /wall?scene=slug")
    )
    title_vi = models.CharField(say("tên tiếng Việt", "Vietnamese title"), max_length=120)
    title_en = models.CharField(say("tên tiếng Anh", "English title"), max_length=120)
    position = models.PositiveSmallIntegerField(say("thứ tự", "order"), default=0)
    seconds = models.PositiveSmallIntegerField(
        say("số giây hiện", "seconds shown"), default=60, validators=_between(5, 3600)
    )
    columns = models.PositiveSmallIntegerField(
        say("số cột", "columns"), default=3, validators=_between(1, MOST_COLUMNS)
    )
    rows = models.PositiveSmallIntegerField(say("số hàng", "rows"), default=2, validators=_between(1, MOST_ROWS))
    is_shown = models.BooleanField(say("đang dùng", "in use"), default=True)

    class Meta:
        """In the order they are shown."""

        ordering = ("position", "slug")
        verbose_name = say("cảnh", "scene")
        verbose_name_plural = say("cảnh", "scenes")

    def __str__(self) -> str:
        """Title in the language of the page."""
        return str(say(self.title_vi, self.title_en))


class WallTile(models.Model):
    """A tile of a scene: a link of the viewer, and what of it is shown."""

    class Kind(models.TextChoices):
        """What of the link is shown."""

        MAP = "map", say("bản đồ", "map")
        PANEL = "panel", say("bảng của đối tượng đang mở (sel=)", "panel of the open feature (sel=)")
        STREAM = "stream", say("hình trực tiếp của đối tượng đang mở (sel=)", "stream of the open feature (sel=)")
        NUMBERS = "numbers", say("số lượng của các lớp (layers=)", "numbers of the layers (layers=)")

    scene = models.ForeignKey(WallScene, models.CASCADE, related_name="tiles", verbose_name=say("cảnh", "scene"))
    position = models.PositiveSmallIntegerField(say("thứ tự", "order"), default=0)
    kind = models.CharField(say("loại", "kind"), max_length=10, choices=Kind.choices, default=Kind.MAP)
    title_vi = models.CharField(say("tên tiếng Việt", "Vietnamese title"), max_length=120)
    title_en = models.CharField(say("tên tiếng Anh", "English title"), max_length=120)
    link = models.CharField(
        say("liên kết", "link"),
        max_length=2000,
        blank=True,
        help_text=say(
            "Mở bản đồ, chỉnh như mong muốn, bấm Chia sẻ rồi dán liên kết vào đây.",
            "Open the map, set it as wanted, press Share and paste the link here.",
        ),
    )
    by = models.SlugField(
        say("chia theo thuộc tính", "by attribute"),
        blank=True,
        help_text=say("Chỉ cho số lượng của một lớp.", "Only for the numbers of one layer."),
    )
    wide = models.PositiveSmallIntegerField(say("rộng (cột)", "wide (columns)"), default=1)
    high = models.PositiveSmallIntegerField(say("cao (hàng)", "high (rows)"), default=1)

    class Meta:
        """In their order; none without extent."""

        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(wide__range=(1, MOST_COLUMNS), high__range=(1, MOST_ROWS)), name="wall_tile_has_extent"
            ),
            models.CheckConstraint(condition=Q(by="") | Q(kind="numbers"), name="wall_tile_by_counts"),
        ]
        verbose_name = say("ô", "tile")
        verbose_name_plural = say("ô", "tiles")

    def __str__(self) -> str:
        """Title in the language of the page."""
        return str(say(self.title_vi, self.title_en))

    @property
    def view(self) -> Link:
        """The link, read."""
        return read_link(self.link)

    def clean(self) -> None:
        """The host is left out of a pasted link; one that could not be shown is refused."""
        super().clean()
        self.link = self.view.text
        if self.wide > self.scene.columns or self.high > self.scene.rows:
            raise ValidationError(
                {"wide": say("Ô lớn hơn lưới của cảnh.", "The tile is larger than the scene's grid.")}
            )
        try:
            check(self.kind, self.view, self.by, every_attribute)
        except LayerError as fault:
            field = "by" if fault.field == "by" else "link"
            raise ValidationError({field: say(fault.message.vi, fault.message.en)}) from fault
