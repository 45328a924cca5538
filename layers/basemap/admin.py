"""Plug-in base maps in the administration: read when they are saved, looked at when asked."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import action

from layers.basemap.models import BaseMap
from layers.basemap.plugged.fetch import Failed
from layers.basemap.plugged.look import look
from layers.basemap.plugged.reading import read
from layers.basemap.plugged.words import say, spoken

ADDRESS = say(
    "XYZ: https://…/{z}/{x}/{y}.png (cũng nhận {-y}, {s}, {quadkey}, {bbox-epsg-3857}). WMTS: địa chỉ GetCapabilities, "
    "hoặc mẫu có {TileMatrix}, {TileRow}, {TileCol}. TileJSON, PMTiles, kiểu MapLibre: địa chỉ của tệp. "
    "/… là tệp trên chính máy chủ này. Khoá trong địa chỉ lộ cho mọi người được xem.",
    "XYZ: https://…/{z}/{x}/{y}.png ({-y}, {s}, {quadkey}, {bbox-epsg-3857} work too). WMTS: the address of "
    "GetCapabilities, or a template with {TileMatrix}, {TileRow}, {TileCol}. TileJSON, PMTiles, MapLibre style: the "
    "file's address. /… is a file of this server. A key in the address is known to everyone it is offered to.",
)
HELP = {
    "slug": say(
        "Đi trong liên kết: ?base=mã. Đổi mã làm hỏng liên kết cũ.",
        "Travels in links: ?base=name. Changing it breaks old links.",
    ),
    "address": ADDRESS,
    "attribution": say(
        "Bắt buộc; hiện ở chân bản đồ. Ví dụ: © Cục Đo đạc, Bản đồ",
        "Required; shown at the foot of the map. For example: © OpenStreetMap contributors",
    ),
    "minzoom": say("Dưới mức này hiện bản đồ nền của hệ thống.", "Below it our own base map is shown."),
    "maxzoom": say("Trên mức này ô của mức cuối được phóng to.", "Above it tiles of the last zoom are enlarged."),
    "wmts_layer": say("Chỉ cho WMTS.", "For WMTS only."),
    "wmts_style": say("Trống: kiểu mặc định.", "Empty: the default style."),
    "wmts_matrix_set": say("Trống: bộ Web Mercator đầu tiên.", "Empty: the first in Web Mercator."),
    "audience": say(
        "Người chưa đăng nhập không nhận địa chỉ của hàng “đã đăng nhập”.",
        "Whoever is not signed in never gets the address of a row for people signed in.",
    ),
    "active": say("Chỉ dùng được khi đã đọc được địa chỉ.", "Only what could be read can be in use."),
}


FIELDSETS = (
    (None, {"fields": ("title_vi", "title_en", "slug", "attribution")}),
    (say("Nguồn", "Source"), {"fields": ("kind", "address", "tile_size", "minzoom", "maxzoom", "read_at")}),
    ("WMTS", {"fields": ("wmts_layer", "wmts_style", "wmts_matrix_set")}),
    (say("Cách dùng", "Use"), {"fields": ("active", "audience", "position", "order")}),
)


class BaseMapForm(forms.ModelForm):
    """A base map; what its address says is read before it is saved."""

    class Meta:
        """The columns people fill in."""

        model = BaseMap
        fields = tuple(name for _, rows in FIELDSETS for name in rows["fields"] if name != "read_at")
        help_texts = HELP

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own, untyped
        if self.errors:
            return
        try:
            self.instance.document, self.instance.read_at = read(self.instance), timezone.now()
        except Failed as failure:
            self.instance.document = None
            if self.instance.active:
                self.add_error("address", ValidationError(spoken(failure.message), code="unreadable"))


@admin.register(BaseMap)
class BaseMapAdmin(ModelAdmin):
    form = BaseMapForm
    list_display = ("title_vi", "slug", "kind", "audience", "position", "order", "active", "read_at")
    list_filter = ("active", "kind", "audience")
    search_fields = ("slug", "title_vi", "title_en", "attribution")
    list_editable = ("order",)
    readonly_fields = ("read_at",)
    prepopulated_fields = {"slug": ("title_en",)}
    actions_detail = ("try_out",)
    fieldsets = FIELDSETS

    @action(description=say("Kiểm tra nguồn", "Check the source"), url_path="check", permissions=("change",))
    def try_out(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        base = get_object_or_404(BaseMap, pk=object_id)
        found = look(base)
        context = {
            **self.admin_site.each_context(request),
            "title": str(base),
            "opts": self.opts,
            "picture": found.picture,
            "findings": [(one.good, spoken(one.text)) for one in found.findings],
            "picture_title": say("Một ô ở tỉnh nhà", "One tile at home"),
            "back": "../change/",
            "back_title": say("Về trang sửa", "Back to the form"),
        }
        return TemplateResponse(request, "basemap/check.html", context)
