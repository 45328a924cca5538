"""The delivery log in the administration: to be read, nothing else."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from layers.notices.models import Notice


@admin.register(Notice)
class NoticeAdmin(ModelAdmin):
    list_display = ("id", "created_at", "template", "channel", "address", "state", "attempts", "last_error", "ended_at")
    list_filter = ("state", "channel")
    search_fields = ("=address", "=template")
    exclude = ("payload", "key")
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False
