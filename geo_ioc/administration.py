"""The administration site: unfold's, behind our own login page."""

from collections.abc import Callable
from typing import Any

from csp.constants import UNSAFE_EVAL
from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from unfold.sites import UnfoldAdminSite


class Administration(UnfoldAdminSite):
    """Unfold's site; only its own pages may evaluate expressions, as Alpine does."""

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Every page of the site, with the one loosening of the content security policy it needs."""
        page: Callable[..., Any] = super().admin_view(view, cacheable)
        return csp_update({"script-src": [UNSAFE_EVAL]})(page)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Our login page, so that locking after wrong passwords and second factors hold here too."""
        return redirect_to_login(request.GET.get("next", "/admin/"))
