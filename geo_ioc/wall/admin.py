"""Scenes of the walls in the administration: a scene, its tiles below it in their order."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.admin import ModelAdmin, StackedInline

from geo_ioc.accounts.words import say
from geo_ioc.wall.models import WallScene, WallTile

MOST_MAPS = 4
"""Maps drawn at once: each holds a drawing context of the graphics card, and browsers give few."""


class TileFormSet(forms.BaseInlineFormSet[WallTile, WallScene, Any]):
    """The tiles of a scene, together."""

    def clean(self) -> None:
        """They fit into the grid, and not too many of them are maps."""
        super().clean()
        kept = [form.instance for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [tile for tile, form in zip(kept, self.forms, strict=False) if not form.cleaned_data.get("DELETE")]
        if sum(tile.wide * tile.high for tile in kept) > self.instance.columns * self.instance.rows:
            raise ValidationError(say("Các ô không vừa lưới của cảnh.", "The tiles do not fit into the scene's grid."))
        if sum(tile.kind == WallTile.Kind.MAP for tile in kept) > MOST_MAPS:
            raise ValidationError(say(f"Nhiều nhất {MOST_MAPS} bản đồ một cảnh.", f"At most {MOST_MAPS} maps a scene."))


class TileInline(StackedInline):
    """Tiles, in their order."""

    model = WallTile
    formset = TileFormSet
    extra = 0
    ordering_field = "position"
    fields = (("kind", "position"), ("title_vi", "title_en"), "link", "by", ("wide", "high"))


@admin.register(WallScene)
class WallSceneAdmin(ModelAdmin):
    """Scenes, in the order they are shown."""

    inlines = (TileInline,)
    list_display = ("title_vi", "address", "position", "seconds", "is_shown")
    list_editable = ("position", "seconds", "is_shown")
    ordering = ("position", "slug")
    prepopulated_fields = {"slug": ("title_vi",)}
    fieldsets = (
        (
            None,
            {"fields": (("title_vi", "title_en"), "slug", ("seconds", "position"), ("columns", "rows"), "is_shown")},
        ),
    )

    @admin.display(description=say("địa chỉ", "address"))
    def address(self, scene: WallScene) -> str:
        """Where the scene is looked at, held still."""
        return format_html('<a href="/wall?scene={0}&amp;hold=1">/wall?scene={0}</a>', scene.slug)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Every scene, used or not."""
        return super().get_queryset(request).prefetch_related("tiles")
