"""Every address of the Django side. A domain's own pages come from its `web.urlpatterns`."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path


def _installed(module: str) -> bool:
    """Whether a module of an installed application exists."""
    return (
        find_spec(module.partition(".")[0]) is not None
        and module.rpartition(".")[0] in settings.INSTALLED_APPS
        and find_spec(module) is not None
    )


def _web_pages() -> list[URLPattern | URLResolver]:
    """The pages of every application that has a module `web`."""
    modules = [f"{name}.web" for name in settings.INSTALLED_APPS if name.startswith(("layers.", "land_records"))]
    return [page for module in modules if _installed(module) for page in import_module(module).urlpatterns]


urlpatterns = [
    *([path("accounts/", include("geo_ioc.accounts.urls"))] if _installed("geo_ioc.accounts.urls") else []),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *([path("api/", include("layers.api.urls"))] if _installed("layers.api.urls") else []),
    *_web_pages(),
]
