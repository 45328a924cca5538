"""Numbers of features, by an attribute: the only source of counts for every screen."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from layers.api.answers import REFUSED, RefusalOut, TextOut, answer
from layers.api.parameters import RowParameters, features_of, viewer_of
from layers.core.attribute import Attribute
from layers.core.query import MAX_GROUPS
from layers.core.text import Text

router = Router()

NOT_SPECIFIED = Text(vi="Chưa xác định", en="Not specified")
_YES_NO = {True: Text(vi="Có", en="Yes"), False: Text(vi="Không", en="No")}


class CountParameters(RowParameters):
    """Which features, counted by what."""

    by: str | None = Field(None, description="Attribute to count by; without it only the total.")


class CountGroupOut(BaseModel):
    """One value and how many have it; `count` is null where the number is too small to be told."""

    value: Any
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
    found = features_of(layer, viewer_of(request, asked), asked)
    least = found.layer.access.small_counts
    if asked.by is None:
        total = suppressed([found.count()], least)[0]
        return answer({"total": total, "by": None, "groups": [], "truncated": False})
    groups = found.counts(asked.by)
    truncated = len(groups) >= MAX_GROUPS
    total = found.count() if truncated else sum(number for _, number in groups)
    attribute = found.readable[asked.by]
    shown = suppressed([number for _, number in groups], least)
    return answer(
        {
            "total": suppressed([total], least)[0],
            "by": asked.by,
            "groups": [
                {"value": value, "title": value_title(attribute, value).json(), "count": number}
                for (value, _), number in zip(groups, shown, strict=True)
            ],
            "truncated": truncated,
        }
    )


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
