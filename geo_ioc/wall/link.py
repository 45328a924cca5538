"""What a viewer's link names: layers, their filters, the feature it opens. The words are the viewer's own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

_FEATURE = re.compile(r"([\w-]+)/(\d{1,15})")
_OTHER = "b."
"""Before what the far side of a comparison shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A view of the map, as its address says it.

    Attributes:
        text: query and fragment, as the viewer takes them: `?layers=…#map=…`.
        layers: ids of the data layers drawn, top first; None: as the catalog proposes.
        filters: CQL2 text by layer.
        named: every layer the link says anything of.
        feature: layer and id of the feature whose panel is open.
    """

    text: str
    layers: tuple[str, ...] | None = None
    filters: dict[str, str] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    feature: tuple[str, int] | None = None


def read_link(pasted: str) -> Link:
    """A link, whole or without its host, as people paste it."""
    address = urlsplit(pasted.strip())
    pairs = parse_qsl(address.query)
    text = (f"?{address.query}" if address.query else "") + (f"#{address.fragment}" if address.fragment else "")
    selected = _FEATURE.fullmatch(dict(pairs).get("sel", ""))
    return Link(
        text=text,
        layers=next((_ids(value) for name, value in pairs if name == "layers"), None),
        filters={name.removeprefix("filter."): value for name, value in pairs if name.startswith("filter.")},
        named=frozenset(_named(pairs)),
        feature=(selected[1], int(selected[2])) if selected else None,
    )


def _ids(text: str) -> tuple[str, ...]:
    return tuple(one for one in text.split(",") if one)


def _named(pairs: list[tuple[str, str]]) -> Iterator[str]:
    for name, value in pairs:
        word, _, layer = name.removeprefix(_OTHER).partition(".")
        if word == "layers":
            yield from _ids(value)
        elif layer and word in {"filter", "style", "opacity"}:
            yield layer
        elif word in {"sel", "list"} and "/" in value:
            yield value.partition("/")[0]
