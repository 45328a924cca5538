"""Numbers of features, by an attribute: the only source of counts for every screen."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from layers.api.answers import REFUSED, RefusalOut, TextOut, answer
from layers.api.bands import MAX_BANDS, Bands, bands_of
from layers.api.parameters import RowParameters, features_of, viewer_of
from layers.core.attribute import Attribute
from layers.core.declaration import Declaration
from layers.core.errors import BadRequest
from layers.core.query import MAX_GROUPS
from layers.core.registry import registry
from layers.core.scale import Categories, Scale, Steps
from layers.core.style import Style
from layers.core.text import Text

router = Router()

NOT_SPECIFIED = Text(vi="Chưa xác định", en="Not specified")
_YES_NO = {True: Text(vi="Có", en="Yes"), False: Text(vi="Không", en="No")}


class CountParameters(RowParameters):
    """Which features, counted by what."""

    by: str | None = Field(None, description="Attribute to count by; without it only the total.")
    style: str | None = Field(
        None, description="Style to count by instead: a group is a category, or a band by its start, of its legend."
    )
    bands: int | None = Field(
        None, ge=2, le=MAX_BANDS, description="Of a number counted by: about so many bands of round width, each told."
    )


class CountGroupOut(BaseModel):
    """One value, or one band from `value` up to but without `to`, and how many have it.

    `count` is null where the number is too small to be told; `to` is null where there is no band, or no end to it.
    """

    value: Any
    to: float | None
    title: TextOut
    count: int | None


class CountsOut(BaseModel):
    """How many there are, and by value, most first; `truncated` says that further values were left out."""

    total: int | None
    by: str | None
    groups: list[CountGroupOut]
    truncated: bool


@router.get("/layers/{layer}/counts", response={200: CountsOut, REFUSED: RefusalOut}, operation_id="counts")
def counts(request: HttpRequest, layer: str, asked: Query[CountParameters]) -> HttpResponse:
    """How many features there are, by an attribute where one is named."""
    viewer = viewer_of(request, asked)
    style = _style(registry.visible(layer, viewer), asked)
    if style and style.when:
        asked.filter = f"({asked.filter}) AND ({style.when})" if asked.filter else style.when
    found = features_of(layer, viewer, asked)
    least = found.layer.access.small_counts
    colored = style.colored_by if style else None
    by, scale = (colored.attribute, colored.scale) if colored else (asked.by, None)
    bands = None
    if asked.bands and asked.by:
        bands = bands_of(found, asked.by, asked.bands)
        scale = bands.steps() if bands else None
    if by is None:
        total = suppressed([found.count()], least)[0]
        return answer({"total": total, "by": None, "groups": [], "truncated": False})
    groups = list(bands.groups) if bands else found.counts(by, scale if isinstance(scale, Steps) else None)
    truncated = len(groups) >= MAX_GROUPS
    total = found.count() if truncated else sum(number for _, number in groups)
    if isinstance(scale, Categories):
        groups = _listed(groups, scale)
    if bands:
        groups = _each(groups, bands)
    shown = suppressed([number for _, number in groups], least)
    attribute = found.readable[by]
    return answer(
        {
            "total": suppressed([total], least)[0],
            "by": by,
            "groups": [
                {
                    "value": value,
                    "to": bands.end_of(value) if bands and value is not None else None,
                    "title": _group_title(attribute, scale, value).json(),
                    "count": number,
                }
                for (value, _), number in zip(groups, shown, strict=True)
            ],
            "truncated": truncated,
        }
    )


def _style(layer: Declaration, asked: CountParameters) -> Style | None:
    """The style to count by.

    Raises:
        BadRequest: no such style, or an attribute beside it.
    """
    if asked.style is None:
        return None
    style = next((one for one in layer.styles if one.name == asked.style), None)
    if style is None or asked.by is not None:
        names = ", ".join(one.name for one in layer.styles)
        raise BadRequest(
            Text(vi=f"style là một trong: {names}; không đi cùng by.", en=f"style is one of: {names}; without by."),
            field="style",
        )
    return style


def _listed(groups: list[tuple[Any, int]], scale: Categories) -> list[tuple[Any, int]]:
    """Groups of values that the legend does not name as one of None: they are drawn in the grey of no data."""
    sums: Counter[Any] = Counter()
    for value, number in groups:
        sums[value if scale.option(value) else None] += number
    return sums.most_common()


def _each(groups: list[tuple[Any, int]], bands: Bands) -> list[tuple[Any, int]]:
    """Every band in its order, with nothing in it, too; what has no value at the end."""
    numbers = dict(groups)
    missing = [(None, numbers[None])] if None in numbers else []
    return [*((start, numbers.get(start, 0)) for start in bands.starts), *missing]


def _group_title(attribute: Attribute, scale: Scale | None, value: Any) -> Text:
    band = scale.band(value) if isinstance(scale, Steps) else None
    return band.title if band else value_title(attribute, value)


def value_title(attribute: Attribute, value: Any) -> Text:
    """What a person reads for a value of an attribute."""
    option = attribute.option(value)
    if option is not None:
        return option.title
    if value is None or str(value).strip() == "":
        return NOT_SPECIFIED
    return _YES_NO[value] if isinstance(value, bool) else Text.same(str(value))


def suppressed(numbers: list[int], least: int | None) -> list[int | None]:
    """Numbers below `least` left out, and one more where only one is: else the total gives it away."""
    if least is None:
        return list(numbers)
    hidden = {i for i, number in enumerate(numbers) if 0 < number < least}
    others = sorted((i for i in range(len(numbers)) if i not in hidden and numbers[i]), key=lambda i: numbers[i])
    if len(hidden) == 1 and others:
        hidden.add(others[0])
    return [None if i in hidden else number for i, number in enumerate(numbers)]
