"""Who the caller is."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict

from layers.api.answers import REFUSED, RefusalOut, answer
from layers.api.parameters import Parameters, viewer_of
from layers.core.viewer import Viewer

router = Router()


class AreaOut(BaseModel):
    """An administrative unit the caller answers for."""

    code: str
    name: str


class MeOut(BaseModel):
    """The caller; `user` is null for the public."""

    model_config = ConfigDict(extra="allow")

    user: str | None
    display_name: str | None
    roles: list[str]
    areas: list[AreaOut]
    language: str


@router.get("/me", response={200: MeOut, REFUSED: RefusalOut}, operation_id="me")
def me(request: HttpRequest, asked: Query[Parameters]) -> HttpResponse:
    """Login name, roles, areas and language of the caller."""
    return answer(_describer()(viewer_of(request, asked)))


def _describer() -> Callable[[Viewer], dict[str, Any]]:
    """What the composition root names (`DESCRIBE_VIEWER`), which knows the accounts; else what a viewer itself says."""
    named = getattr(settings, "DESCRIBE_VIEWER", None)
    describer: Callable[[Viewer], dict[str, Any]] = import_string(named) if named else _described
    return describer


def _described(viewer: Viewer) -> dict[str, Any]:
    name = viewer.user or viewer.device
    roles = sorted(viewer.roles)
    return {"user": viewer.user, "display_name": name, "roles": roles, "areas": [], "language": viewer.language}
