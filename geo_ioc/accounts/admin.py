"""Accounts, roles, departments and keys in the administration, which opens for the role `admin` only."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from geo_ioc.accounts.keys import DEVICE_PREFIX, new_key
from geo_ioc.accounts.models import AccessToken, Area, Department, DeviceKey, Role, User
from geo_ioc.accounts.words import say
from layers.admin_units.models import AdminUnit

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)  # rights come from roles alone


class NewUserForm(UserCreationForm):
    """An account and its first password."""

    class Meta:
        """Only what must be known at once; the rest follows on the next page."""

        model = User
        fields = ("username", "display_name")


def units_to_choose() -> QuerySet[AdminUnit]:
    """The province and its communes of today, and what an account already answers for."""
    code = settings.GEO_IOC_PROVINCE
    here = Q(level="province", code=code) | Q(level="commune", parent__code=code)
    given = Q(pk__in=Area.objects.values("unit_id")) | Q(pk__in=DeviceKey.objects.values("unit_id"))
    return AdminUnit.objects.filter(Q(here, is_current=True) | given).order_by("-level", "code")


class ChoosesUnit:
    """A form whose unit is chosen from the province's."""

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the units of the province."""
        if db_field.name == "unit":
            kwargs["queryset"] = units_to_choose()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class AreaInline(ChoosesUnit, TabularInline):
    """Units the account answers for."""

    model = Area
    extra = 0


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """Accounts with their roles, departments and areas."""

    form = UserChangeForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    inlines = (AreaInline,)
    list_display = ("username", "display_name", "role_titles", "is_active", "is_demo", "last_login")
    list_filter = ("is_active", "is_demo", "roles", "departments")
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    filter_horizontal = ("roles", "departments")
    readonly_fields = ("last_login", "date_joined", "is_demo")
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "email", "language", "is_active")}),
        (say("Quyền", "Rights"), {"fields": ("roles", "departments")}),
        (say("Lịch sử", "History"), {"fields": ("last_login", "date_joined", "is_demo")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "display_name", "usable_password", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the roles, which the list shows."""
        return super().get_queryset(request).prefetch_related("roles")

    @admin.display(description=say("vai trò", "roles"))
    def role_titles(self, user: User) -> str:
        """Titles of the roles held."""
        return ", ".join(str(role) for role in user.roles.all())


@admin.register(Role)
class RoleAdmin(ModelAdmin):
    """Roles. Their slugs are what layers name, so a slug never changes."""

    list_display = ("slug", "title_vi", "title_en", "for_people")
    search_fields = ("slug", "title_vi", "title_en")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """The slug is chosen once."""
        return ("slug",) if obj else ()


@admin.register(Department)
class DepartmentAdmin(ModelAdmin):
    """Departments."""

    list_display = ("code", "name_vi", "name_en", "parent")
    search_fields = ("code", "name_vi", "name_en")


class Revocable(ModelAdmin):
    """What is never deleted or changed, only revoked."""

    actions = ("revoke",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A revoked secret stays on record."""
        return False

    @admin.action(description=say("Thu hồi ngay", "Revoke at once"))
    def revoke(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """End the chosen ones."""
        count = chosen.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(request, str(say(f"Đã thu hồi {count}.", f"Revoked {count}.")))


@admin.register(AccessToken)
class AccessTokenAdmin(Revocable):
    """Everyone's tokens: to see and to revoke. Each person makes their own."""

    list_display = ("name", "user", "kind", "shown", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("kind",)
    search_fields = ("name", "user__username", "shown")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tokens are made at /accounts/tokens/, where their owner sees them once."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The list and its action, no form."""
        return obj is None and super().has_change_permission(request, obj)


@admin.register(DeviceKey)
class DeviceKeyAdmin(ChoosesUnit, Revocable):
    """Keys of devices; a new one is shown once."""

    list_display = ("name", "role", "layer", "unit", "shown", "last_used_at", "revoked_at")
    list_filter = ("role", "layer")
    search_fields = ("name", "layer", "shown")
    fields = ("name", "role", "layer", "unit")

    def save_model(self, request: HttpRequest, obj: DeviceKey, form: forms.ModelForm[DeviceKey], change: bool) -> None:
        """A new key gets its secret, kept here only until the answer is written."""
        if not change:
            request.issued_key = new_key(DEVICE_PREFIX)  # type: ignore[attr-defined]
            obj.keep(request.issued_key)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: DeviceKey, post_url_continue: str | None = None) -> HttpResponse:
        """The page that shows the secret."""
        context = {
            "key": obj,
            "issued": request.issued_key,  # type: ignore[attr-defined]
            "back": reverse("admin:accounts_devicekey_changelist"),
        }
        response = TemplateResponse(request, "accounts/device_key.html", context)
        response["Cache-Control"] = "no-store"
        return response
