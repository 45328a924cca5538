"""Patterns over areas coloured by category, in SVG: what a sheet from a black-and-white printer tells them apart by."""

from layers.core.scale import NO_DATA_COLOR, By, Categories, ink_over
from layers.core.style import Fill, Part

TILE_MM = 2.2
"""A tile of 10 px is as wide."""


def pattern_of(part: Part, value: object) -> tuple[str, str] | None:
    """Path and ink of the pattern of a category; None where the part has none."""
    if not isinstance(part, Fill) or not part.opacity or not isinstance(part.color, By):
        return None
    scale = part.color.scale
    option = scale.option(value) if isinstance(scale, Categories) else None
    if not isinstance(scale, Categories) or option is None or not (path := scale.pattern(option)):
        return None
    return path, ink_over(option.color or NO_DATA_COLOR, part.opacity)


def hatched(name: str, part: Part, value: object, shape: str) -> str:
    """A pattern over SVG shapes (`d="…"` of a path); `name` is its own in the whole drawing."""
    if not (found := pattern_of(part, value)):
        return ""
    path, ink = found
    line = f'fill="none" stroke="{ink}" stroke-width="1.1" stroke-linecap="round" stroke-opacity="0.6"'
    return (
        f'<defs><pattern id="{name}" patternUnits="userSpaceOnUse" width="{TILE_MM}" height="{TILE_MM}">'
        f'<path transform="scale({TILE_MM / 10})" d="{path}" {line}/></pattern></defs>'
        f'<path fill="url(#{name})" fill-rule="evenodd" d="{shape}"/>'
    )
