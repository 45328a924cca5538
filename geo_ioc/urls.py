"""Every address of the Django side. A domain's own pages come from its `web.urlpatterns`."""

from importlib import import_module

from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule
from django.views.generic import RedirectView

from geo_ioc import refusals
from geo_ioc.health import healthz, readyz
from geo_ioc.metrics import metrics
from geo_ioc.viewer import embed, viewer


def _web_pages() -> list[URLPattern | URLResolver]:
    """The pages of every installed application that has a module `web`."""
    names = [f"{config.name}.web" for config in apps.get_app_configs() if module_has_submodule(config.module, "web")]
    return [page for name in names for page in import_module(name).urlpatterns]


urlpatterns = [
    path("", viewer, name="viewer"),
    path("embed", embed, name="embed"),
    path("kiosk", viewer, name="kiosk"),
    path("wall", viewer, name="wall"),
    path("favicon.ico", RedirectView.as_view(url="/mark.svg")),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("accounts/", include("geo_ioc.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("layers.api.urls")),
    *_web_pages(),
]

handler400 = refusals.bad_request
handler403 = refusals.forbidden
handler404 = refusals.not_found
handler500 = refusals.broken
