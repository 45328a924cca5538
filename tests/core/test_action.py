"""The server checks an action's form: every field by its type, every fault by its field."""

from contextlib import suppress
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.core import Action, Field, Text, role
from layers.core.action import checked
from layers.core.attribute import Option
from layers.core.errors import Invalid
from layers.core.viewer import ANYONE, Viewer

T = Text(vi="Ô", en="Field")


class Upload(BytesIO):
    """A file as Django gives one."""

    @property
    def size(self) -> int:
        return len(self.getvalue())


FIELDS = {
    "text": Field("f", T, max_length=5),
    "number": Field("f", T, "number", least=0, most=10),
    "choice": Field("f", T, "choice", choices=[Option("a", T), Option("b", T)]),
    "date": Field("f", T, "date"),
    "file": Field("f", T, "file", max_length=10),
    "geometry": Field("f", T, "geometry"),
    "feature": Field("f", T, "feature", layer="toy_plots"),
    "unit": Field("f", T, "unit"),
    "line": Field("f", T, "line"),
    "features": Field("f", T, "features", layer="toy_plots"),
    "borders": Field("f", T, "borders"),
}
LINE = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
POINT = {"type": "Point", "coordinates": [106.1, 11.3]}


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", " abc ", "abc"),
        ("number", "7.5", 7.5),
        ("number", 0, 0.0),
        ("choice", "b", "b"),
        ("date", "2025-07-01", date(2025, 7, 1)),
        ("geometry", POINT, shapely.Point(106.1, 11.3)),
        ("feature", "12", 12),
        ("unit", 12, 12),
        ("line", LINE, shapely.LineString([(0, 0), (1, 1)])),
        ("features", [3, "4", 3], [3, 4]),
        ("borders", {"7": POINT}, {7: shapely.Point(106.1, 11.3)}),
    ],
)
def test_a_value_becomes_what_its_field_says(kind: str, raw: Any, value: Any) -> None:
    assert checked([FIELDS[kind]], {"f": raw}) == {"f": value}


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("text", "abcdef"),
        ("text", 5),
        ("number", "x"),
        ("number", 10.5),
        ("number", -1),
        ("number", "nan"),
        ("number", "inf"),
        ("number", True),
        ("choice", "c"),
        ("choice", ["a"]),
        ("date", "01/07/2025"),
        ("file", "not a file"),
        ("file", Upload(b"x" * 11)),
        ("geometry", {"type": "Point"}),
        ("geometry", {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}),
        ("feature", -3),
        ("feature", "1e3"),
        ("unit", True),
        ("line", POINT),
        ("features", []),
        ("features", [1, "x"]),
        ("features", list(range(51))),
        ("borders", {"x": POINT}),
        ("borders", {"7": {"type": "Point"}}),
        ("borders", [POINT]),
    ],
)
def test_a_value_that_does_not_fit_is_named_in_both_languages(kind: str, raw: Any) -> None:
    with pytest.raises(Invalid) as refused:
        checked([FIELDS[kind]], {"f": raw})

    assert set(refused.value.fields) == {"f"}
    assert refused.value.fields["f"].vi != refused.value.fields["f"].en


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        checked([FIELDS["number"], Field("g", T)], {"f": "x", "h": 1})

    assert set(refused.value.fields) == {"f", "g", "h"}


@pytest.mark.parametrize("missing", [{}, {"f": None}, {"f": ""}])
def test_what_need_not_be_filled_is_none(missing: dict[str, Any]) -> None:
    assert checked([Field("f", T, "number", required=False)], missing) == {"f": None}


@given(
    st.sampled_from(sorted(FIELDS)),
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8), st.lists),
)
def test_whatever_is_sent_is_taken_or_refused(kind: str, raw: Any) -> None:
    with suppress(Invalid):
        checked([FIELDS[kind]], {"f": raw})


def test_an_action_is_for_its_roles_alone() -> None:
    action = Action("a", T, lambda row, viewer, data: None, by=role("toy_keeper"))

    assert action.allowed(Viewer(user="x", roles=frozenset({"toy_keeper"})))
    assert not action.allowed(Viewer(user="x", roles=frozenset({"other"})))
    assert not action.allowed(ANYONE)
    assert not Action("a", T, lambda row, viewer, data: None).allowed(ANYONE)
