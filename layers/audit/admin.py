"""The access log in the administration: to be read, nothing else; reading it is an entry of the log."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from layers.audit.chain import record
from layers.audit.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ModelAdmin):
    list_display = ("sequence", "at", "login", "device", "action", "layer", "feature_id", "purpose")
    search_fields = ("=login", "=action", "=layer")
    ordering = ("-sequence",)
    list_per_page = 50
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        _note(request)
        return super().changelist_view(request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        _note(request, entry=object_id[:20])
        return super().change_view(request, object_id, form_url, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False


def _note(request: HttpRequest, **detail: str) -> None:
    record(request.viewer, "read_audit", layer=None, detail={"in": "admin", **detail})  # type: ignore[attr-defined]
