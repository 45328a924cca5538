"""What pydantic found wrong with what was sent, said in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from layers.core.text import Text

_TIME = ("Cần thời điểm dạng 2025-07-01T08:00:00+07:00.", "A time like 2025-07-01T08:00:00+07:00 is needed.")
_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("Cần có trường này.", "This field is required."),
    "extra_forbidden": ("Không có trường này.", "There is no such field."),
    "string_type": ("Cần chữ.", "Words are needed."),
    "string_too_short": ("Cần ít nhất {min_length} ký tự.", "At least {min_length} characters are needed."),
    "string_too_long": ("Tối đa {max_length} ký tự.", "At most {max_length} characters."),
    "string_pattern_mismatch": ("Không đúng dạng {pattern}.", "Must look like {pattern}."),
    "int_type": ("Cần số nguyên.", "A whole number is needed."),
    "int_parsing": ("Cần số nguyên.", "A whole number is needed."),
    "int_from_float": ("Cần số nguyên.", "A whole number is needed."),
    "float_type": ("Cần một số.", "A number is needed."),
    "float_parsing": ("Cần một số.", "A number is needed."),
    "finite_number": ("Cần một số hữu hạn.", "A finite number is needed."),
    "bool_type": ("Cần true hoặc false.", "true or false is needed."),
    "bool_parsing": ("Cần true hoặc false.", "true or false is needed."),
    "greater_than": ("Phải lớn hơn {gt}.", "Must be greater than {gt}."),
    "greater_than_equal": ("Phải từ {ge} trở lên.", "Must be at least {ge}."),
    "less_than": ("Phải nhỏ hơn {lt}.", "Must be less than {lt}."),
    "less_than_equal": ("Phải không quá {le}.", "Must be at most {le}."),
    "literal_error": ("Chọn một trong: {expected}.", "Choose one of: {expected}."),
    "enum": ("Chọn một trong: {expected}.", "Choose one of: {expected}."),
    "dict_type": ("Cần một đối tượng JSON.", "A JSON object is needed."),
    "model_type": ("Cần một đối tượng JSON.", "A JSON object is needed."),
    "model_attributes_type": ("Cần một đối tượng JSON.", "A JSON object is needed."),
    "list_type": ("Cần một danh sách.", "A list is needed."),
    "too_long": ("Tối đa {max_length} mục.", "At most {max_length} items."),
    "too_short": ("Cần ít nhất {min_length} mục.", "At least {min_length} items are needed."),
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": ("Thời điểm phải có múi giờ.", "The time needs its zone."),
    "date_from_datetime_parsing": ("Cần ngày dạng 2025-07-01.", "A date like 2025-07-01 is needed."),
    "date_parsing": ("Cần ngày dạng 2025-07-01.", "A date like 2025-07-01 is needed."),
}


def fault_text(fault: Mapping[str, Any]) -> Text:
    """One of pydantic's faults in words; one not listed keeps pydantic's English."""
    words = _WORDS.get(str(fault["type"]))
    if words is None:
        said = str(fault["msg"]).removeprefix("Value error, ")
        return Text(vi=f"Giá trị không hợp lệ: {said}", en=f"The value is not valid: {said}")
    return Text(*words).format(**{name: _short(value) for name, value in fault.get("ctx", {}).items()})


def _short(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def fault_field(fault: Mapping[str, Any], *leading: str) -> str | None:
    """The path of the field at fault, `areas.0.name`, without the framework's own `leading` parts."""
    parts = [str(part) for part in _without(fault["loc"], leading)]
    return ".".join(parts) or None


def _without(path: Sequence[Any], leading: Sequence[str]) -> Sequence[Any]:
    for part in leading:
        if path and path[0] == part:
            path = path[1:]
    return path
