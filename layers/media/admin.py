"""Photos in the administration: what there is, without the pictures; changes go through their domains."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from layers.media.models import MediaFile


@admin.register(MediaFile)
class MediaFileAdmin(ModelAdmin):
    list_display = ("id", "layer", "feature_id", "type", "size_bytes", "is_public", "created_at", "keep_until")
    list_filter = ("is_public", "type")
    search_fields = ("=layer", "=feature_id")
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: MediaFile | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MediaFile | None = None) -> bool:
        return False
