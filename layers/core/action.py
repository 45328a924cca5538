"""What a viewer may do from a panel: a name, a form the server checks, a handler."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely

from layers.core.attribute import Option
from layers.core.errors import Invalid
from layers.core.panel import FieldType, Panel
from layers.core.text import Text
from layers.core.viewer import Role, Viewer

Handler = Callable[[Any, Viewer, Mapping[str, Any]], Panel | Sequence[int] | None]
"""`handler(row, viewer, data)`: the row is locked; changes and publishes, or raises `Conflict` or `Invalid`.

It may answer with a panel of its own (a name revealed for a purpose), or with the ids of what it left of the feature
and of others; else the feature's panel as it is then is shown.
"""
Preview = Callable[[Any, Viewer, Sequence[int]], Panel]
"""`preview(row, viewer, ids)`: what the handler left, told before all of it is taken back; `row` is as it was."""
MOST_FEATURES = 50


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an action's form.

    Attributes:
        choices: the values a `choice` may take.
        least, most: bounds of a number.
        max_length: characters of a text, bytes of a file.
        layer: id of the layer a `feature`, or `features`, are picked from.
        personal: says who somebody is; the browser keeps it nowhere.
    """

    name: str
    title: Text
    type: FieldType = "text"
    required: bool = True
    help: Text | None = None
    choices: Sequence[Option] = ()
    least: float | None = None
    most: float | None = None
    max_length: int = 2_000
    layer: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do with one feature; `by` says who may, `danger` that it destroys, `preview` what it would bring."""

    name: str
    title: Text
    handler: Handler
    form: Sequence[Field] | None = None
    by: Role | tuple[Role, ...] = ()
    danger: bool = False
    preview: Preview | None = None

    def allowed(self, viewer: Viewer) -> bool:
        """Whether the viewer holds a role that may."""
        return viewer.has(self.by)


def checked(form: Sequence[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values, each of its field's type; missing optional ones are None.

    Raises:
        Invalid: with the reason for every field at fault, unknown ones included.
    """
    faults: dict[str, Text] = {
        name: Text(vi=f"Không có trường “{name}” trong biểu mẫu.", en=f"The form has no field “{name}”.")
        for name in data
        if name not in {field.name for field in form}
    }
    values: dict[str, Any] = {}
    for field in form:
        raw = data.get(field.name)
        if raw is None or raw == "":
            values[field.name] = None
            if field.required:
                faults[field.name] = Text(vi="Cần điền trường này.", en="This field is required.")
            continue
        try:
            values[field.name] = _CHECKS[field.type](field, raw)
        except _Fault as fault:
            faults[field.name] = fault.text
    if faults:
        raise Invalid(Text(vi="Biểu mẫu có chỗ cần sửa.", en="Some fields need correcting."), fields=faults)
    return values


class _Fault(Exception):
    def __init__(self, vi: str, en: str) -> None:
        self.text = Text(vi=vi, en=en)


def _text(field: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Fault("Cần chữ.", "Words are needed.")
    if len(raw) > field.max_length:
        raise _Fault(f"Dài quá {field.max_length} ký tự.", f"Longer than {field.max_length} characters.")
    return raw.strip()


def _number(field: Field, raw: Any) -> float:
    try:
        number = float(raw)
    except (TypeError, ValueError):
        raise _Fault("Cần một số.", "A number is needed.") from None
    if isinstance(raw, bool) or not math.isfinite(number):
        raise _Fault("Cần một số.", "A number is needed.")
    if (field.least is not None and number < field.least) or (field.most is not None and number > field.most):
        raise _Fault(f"Cần từ {field.least} đến {field.most}.", f"Must be from {field.least} to {field.most}.")
    return number


def _choice(field: Field, raw: Any) -> Any:
    if raw not in [option.value for option in field.choices]:
        listed = ", ".join(str(option.value) for option in field.choices)
        raise _Fault(f"Chọn một trong: {listed}.", f"Choose one of: {listed}.")
    return raw


def _date(field: Field, raw: Any) -> date:
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise _Fault("Cần ngày dạng 2025-07-01.", "A date like 2025-07-01 is needed.") from None


def _file(field: Field, raw: Any) -> Any:
    if not hasattr(raw, "read") or raw.size > field.max_length:
        raise _Fault(
            f"Cần tệp tối đa {field.max_length / 2**20:.3g} MB.",
            f"A file of at most {field.max_length / 2**20:.3g} MB is needed.",
        )
    return raw


def _geometry(field: Field, raw: Any) -> shapely.Geometry:
    try:
        shape = shapely.from_geojson(raw if isinstance(raw, str) else json.dumps(raw))
    except (shapely.errors.GEOSException, TypeError, ValueError):
        raise _Fault("Cần hình GeoJSON.", "A GeoJSON geometry is needed.") from None
    if shape is None or shape.is_empty or not shape.is_valid:
        raise _Fault("Hình rỗng hoặc không hợp lệ.", "The geometry is empty or not valid.")
    return shape


def _line(field: Field, raw: Any) -> shapely.Geometry:
    shape = _geometry(field, raw)
    if shape.geom_type != "LineString":
        raise _Fault("Cần một đường.", "A line is needed.")
    return shape


def _features(field: Field, raw: Any) -> list[int]:
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_FEATURES:
        raise _Fault(f"Chọn từ 1 đến {MOST_FEATURES} đối tượng.", f"Choose from 1 to {MOST_FEATURES} features.")
    return list(dict.fromkeys(_id(field, one) for one in raw))


def _borders(field: Field, raw: Any) -> dict[int, shapely.Geometry]:
    if not isinstance(raw, dict) or not 1 <= len(raw) <= MOST_FEATURES:
        raise _Fault("Cần ranh của từng đối tượng đã sửa.", "The outline of each feature corrected is needed.")
    return {_id(field, one): _geometry(field, shape) for one, shape in raw.items()}


def _id(field: Field, raw: Any) -> int:
    if isinstance(raw, bool) or not re.fullmatch(r"\d{1,18}", str(raw)):
        raise _Fault("Cần số định danh.", "An id is needed.")
    return int(raw)


_CHECKS: dict[FieldType, Callable[[Field, Any], Any]] = {
    "text": _text,
    "number": _number,
    "choice": _choice,
    "date": _date,
    "file": _file,
    "geometry": _geometry,
    "feature": _id,
    "unit": _id,
    "line": _line,
    "features": _features,
    "borders": _borders,
}
