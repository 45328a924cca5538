"""A filter in a person's words, with the titles of attributes and options: `Diện tích ≥ 1.000 m²`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from layers.core import Attribute, Text
from layers.core.filter import Condition
from layers.core.time import parse_time
from layers.exchange.print import words
from layers.exchange.print.listing import value_words

AND, OR = Text(vi=" và ", en=" and "), Text(vi=" hoặc ", en=" or ")
NOT = Text(vi="không phải: {what}", en="not: {what}")
UNKNOWN = Text(vi="{title}: chưa có dữ liệu", en="{title}: no data")
OTHER = Text(vi="{title} khác {value}", en="{title} is not {value}")
FROM_TO = Text(vi="{title} từ {low} đến {high}", en="{title} from {low} to {high}")
ALIKE = Text(vi="{title} có “{value}”", en="{title} has “{value}”")
PLACED = Text(vi="theo vùng đã chọn", en="by the chosen area")
TIMES = {
    "t_after": Text(vi="{title} sau {value}", en="{title} after {value}"),
    "t_before": Text(vi="{title} trước {value}", en="{title} before {value}"),
    "t_equals": Text(vi="{title}: {value}", en="{title}: {value}"),
}
SIGNS = {">": ">", ">=": "≥", "<": "<", "<=": "≤"}


def filter_words(condition: Condition, attributes: Mapping[str, Attribute], language: str) -> str:
    """The condition as one line; `attributes` are those its viewer may read."""
    return _Writer(attributes, language).of(condition.tree)


class _Writer:
    def __init__(self, attributes: Mapping[str, Attribute], language: str) -> None:
        self.attributes = attributes
        self.language = language

    def of(self, node: Mapping[str, Any]) -> str:
        name, args = node["op"], node["args"]
        if name in ("and", "or"):
            word = (AND if name == "and" else OR).to(self.language)
            return word.join(self._inner(one, name) for one in args)
        if name == "not":
            return NOT.to(self.language).format(what=self._inner(args[0], name))
        if name.startswith("s_"):
            return PLACED.to(self.language)
        return self._of_one(name, args)

    def _inner(self, node: Mapping[str, Any], outer: str) -> str:
        said = self.of(node)
        return f"({said})" if node["op"] in ("and", "or") and node["op"] != outer else said

    def _of_one(self, name: str, args: Any) -> str:
        first, *rest = args
        attribute = self._attribute(first)
        if attribute is None and rest and (attribute := self._attribute(rest[0])) is not None:
            # `5 < area` says what `area > 5` says
            name, rest = name.translate(str.maketrans("<>", "><")) if name in SIGNS else name, [first]
        title = attribute.title.to(self.language) if attribute else ""
        if name == "isNull":
            return UNKNOWN.to(self.language).format(title=title)
        if name == "in":
            return f"{title}: {OR.to(self.language).join(self._value(attribute, one) for one in rest[0])}"
        if name in ("between", "t_during"):
            low, high = rest if name == "between" else rest[0]["interval"]
            said = FROM_TO.to(self.language)
            return said.format(title=title, low=self._value(attribute, low), high=self._value(attribute, high))
        value = self._value(attribute, rest[0])
        if name in SIGNS:
            return f"{title} {SIGNS[name]} {value}"
        if name == "like":
            return ALIKE.to(self.language).format(title=title, value=value.strip("%"))
        known = {"=": Text.same("{title}: {value}"), "<>": OTHER, **TIMES}
        return known[name].to(self.language).format(title=title, value=value)

    def _attribute(self, node: Any) -> Attribute | None:
        """The attribute a side of a comparison names, also within a function."""
        if isinstance(node, dict) and "op" in node:
            return self._attribute(node["args"][0])
        return self.attributes.get(node["property"]) if isinstance(node, dict) and "property" in node else None

    def _value(self, attribute: Attribute | None, node: Any) -> str:
        if isinstance(node, dict):
            if "op" in node:
                return self._value(attribute, node["args"][0])
            if "property" in node:
                other = self._attribute(node)
                return other.title.to(self.language) if other else ""
            if "date" in node:
                return f"{date.fromisoformat(node['date']):%d/%m/%Y}"
            node = parse_time(node["timestamp"]) if "timestamp" in node else str(node)
        if attribute is None:
            return str(node)
        unit = f" {attribute.unit}" if attribute.unit and attribute.option(node) is None else ""
        plain = isinstance(node, int | float) and not isinstance(node, bool) and attribute.option(node) is None
        said = words.number(node, self.language) if plain else value_words(attribute, node, self.language)
        return said + unit
