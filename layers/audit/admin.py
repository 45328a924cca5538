"""The access log in the administration: to be read, nothing else."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from layers.audit.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ModelAdmin):
    list_display = ("sequence", "at", "login", "device", "action", "layer", "feature_id", "purpose")
    search_fields = ("=login", "=action", "=layer")
    ordering = ("-sequence",)
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False
