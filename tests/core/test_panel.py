"""Ten kinds of block as JSON in the asked language, and the schema that says so."""

from datetime import UTC, date, datetime
from typing import Any

import jsonschema_rs
import pytest

from layers.core import (
    Actions,
    Band,
    Categories,
    Chart,
    Image,
    KeyValue,
    Link,
    Note,
    Panel,
    Picture,
    Quantity,
    Related,
    Series,
    Stat,
    State,
    Steps,
    Table,
    Text,
    Timeline,
    TimelineEntry,
    Video,
)
from layers.core.panel import BLOCKS, ActionOffer, Column, FeatureLink, FormChoice, FormField, block_type, panel_schema
from layers.core.panel import to_json as written
from tests.toys.models import PlotUse

NAMED = Text(vi="Tên", en="Name")
AT = datetime(2025, 7, 1, 8, tzinfo=UTC)
LINK = FeatureLink(layer="toy_plots", id=7, title="Thửa 7", lonlat=(106.1, 11.3))
EVERY = [
    Stat(title=NAMED, value=1.5, unit="m", precision=1, color="#0B5FA5", band=NAMED, note="ghi chú"),
    KeyValue(rows=[(NAMED, "x"), ("n", 1), ("q", Quantity(value=None, unit="m")), ("l", Link(href="/", text=NAMED))]),
    Chart(title=NAMED, series=[Series(name="n", points=[(AT, 1.0), (date(2025, 7, 2), None)], limit=[(AT, 2.0)])]),
    Table(title=NAMED, columns=[Column(name="n", title=NAMED, numeric=True)], rows=[[1], [None], ["x"], [True]]),
    Image(title=NAMED, images=[Picture(src="/a.png", alt=NAMED, at=AT)], svg="<svg/>"),
    Video(src="/v", live_layer="toy_moving"),
    Timeline(entries=[TimelineEntry(at=AT, title=NAMED, by="ai", feature=LINK)]),
    Note(text=NAMED, level="warning"),
    Related(layer="toy_plots", features=[LINK]),
    Actions(
        actions=[
            ActionOffer(
                name="a",
                title=NAMED,
                form=[
                    FormField(
                        name="f", title=NAMED, type="choice", required=True, choices=[FormChoice(value=1, title="1")]
                    )
                ],
            )
        ]
    ),
]
PANEL = Panel(title=NAMED, updated_at=AT, state=State(text=NAMED, color="#000000"), blocks=EVERY)


@pytest.fixture(scope="module")
def schema() -> Any:
    return jsonschema_rs.Draft202012Validator(panel_schema())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_of_block_is_what_the_schema_says(schema: Any, language: str) -> None:
    body = written(PANEL, language)

    assert [fault.message for fault in schema.iter_errors(body)] == []
    assert [block["type"] for block in body["blocks"]] == [block_type(block) for block in BLOCKS]
    assert body["title"] == NAMED.to(language)


def test_there_are_ten_kinds_of_block() -> None:
    assert len(BLOCKS) == 10


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body["blocks"][0].update(type="number"),
        lambda body: body["blocks"][0].pop("type"),
        lambda body: body["blocks"].append({"type": "clock"}),
        lambda body: body["blocks"][7].update(level="alarm"),
        lambda body: body.pop("title"),
        lambda body: body["blocks"][3].update(rows=[[{}]]),
    ],
)
def test_what_is_no_panel_is_refused_by_the_schema(schema: Any, spoil: Any) -> None:
    body = written(PANEL, "vi")

    spoil(body)

    assert not schema.is_valid(body)


def test_no_word_of_the_other_language_is_in_a_panel() -> None:
    assert NAMED.en not in str(written(PANEL, "vi"))
    assert NAMED.vi not in str(written(PANEL, "en"))


BANDS = Steps([Band(start=0, color="#00FF00", title=NAMED), Band(start=50, color="#FF0000", title=Text.same("cao"))])


@pytest.mark.parametrize(
    ("value", "color"), [(-1, None), (0, "#00FF00"), (49.9, "#00FF00"), (50, "#FF0000"), (None, None)]
)
def test_a_number_takes_the_colour_of_its_band(value: float | None, color: str | None) -> None:
    assert Stat.on(NAMED, value, BANDS).color == color


def test_a_category_takes_its_own_colour_and_an_unknown_one_none() -> None:
    assert Stat.on(NAMED, "house", Categories(PlotUse)).color == PlotUse.HOUSE.color
    assert Stat.on(NAMED, "castle", Categories(PlotUse)).color is None
