"""Plug-in base maps: which there are for the caller, and what each is drawn from."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from layers.api.answers import REFUSED, RefusalOut, TextOut, answer
from layers.api.errors import UnknownBaseMap
from layers.api.parameters import Parameters, viewer_of
from layers.basemap.plugged.fragment import colors, fragment, picture_tiles
from layers.basemap.plugged.model import BaseMap, offered
from layers.basemap.theme import THEMES

router = Router()
ThemeName = Literal["light", "dark", "print"]


class ThemeParameters(Parameters):
    """In which of our own colours vector tiles without a style are drawn."""

    theme: ThemeName = Field("light", description="light, dark or print.")


class PictureOut(BaseModel):
    """Tiles that are plain pictures, as a sample."""

    model_config = ConfigDict(extra="allow")

    tiles: list[str]
    minzoom: int
    maxzoom: int


class BaseMapOut(BaseModel):
    """A base map. `position`: under our own names, or in place of our whole base map; below `minzoom` ours is shown."""

    id: str
    kind: str
    title: TextOut
    attribution: str
    position: Literal["under_labels", "replaces"]
    minzoom: int
    maxzoom: int
    picture: PictureOut | None
    colors: list[str]


class BaseMapsOut(BaseModel):
    """The base maps in order; land, water and road of our own, in the theme asked for and on paper."""

    basemaps: list[BaseMapOut]
    own: list[str]
    paper: list[str]


class FragmentOut(BaseModel):
    """Part of a MapLibre style: names of sources and layers begin with `base:`."""

    model_config = ConfigDict(extra="allow")

    sources: dict[str, dict[str, Any]]
    layers: list[dict[str, Any]]


@router.get("/basemaps", response={200: BaseMapsOut, REFUSED: RefusalOut}, operation_id="basemaps")
def basemaps(request: HttpRequest, asked: Query[ThemeParameters]) -> HttpResponse:
    """Every base map the caller is offered beside our own."""
    rows = offered(viewer_of(request, asked))
    described = [_described(row, asked.theme) for row in rows]
    return answer({"basemaps": described, "own": _swatch(asked.theme), "paper": _swatch("print")})


@router.get("/basemaps/{slug}", response={200: FragmentOut, REFUSED: RefusalOut}, operation_id="basemap")
def basemap(request: HttpRequest, slug: str, asked: Query[ThemeParameters]) -> HttpResponse:
    """What one base map is drawn from."""
    row = offered(viewer_of(request, asked)).filter(slug=slug).first()
    if row is None:
        raise UnknownBaseMap(slug)
    return answer(fragment(row, asked.theme))


def _swatch(theme: str) -> list[str]:
    tokens = THEMES[theme]
    return [tokens.land, tokens.water, tokens.casing if theme == "print" else tokens.road]


def _described(row: BaseMap, theme: str) -> dict[str, Any]:
    picture = picture_tiles(row)
    return {
        "id": row.slug,
        "kind": row.kind,
        "title": row.title.json(),
        "attribution": row.attribution,
        "position": row.position,
        "minzoom": row.minzoom,
        "maxzoom": row.maxzoom,
        "picture": picture,
        "colors": [] if picture else colors(row, theme),
    }
