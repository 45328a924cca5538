"""Which pages of the domains a person works with: what `web.PAGES` of the applications offers to their roles.

A row of `PAGES` is the name of an address, its title and the roles that may open it.
"""

from importlib import import_module

from django.apps import apps
from django.urls import reverse
from django.utils.module_loading import module_has_submodule

from layers.core.viewer import Viewer


def pages_of(viewer: Viewer) -> list[tuple[str, str]]:
    """Address and title of each, in the viewer's language."""
    webs = [
        import_module(f"{one.name}.web") for one in apps.get_app_configs() if module_has_submodule(one.module, "web")
    ]
    rows = [row for web in webs for row in getattr(web, "PAGES", ())]
    return [(reverse(name), title.to(viewer.language)) for name, title, roles in rows if viewer.has(roles)]
