"""What lies over every layer: the features of a list, numbered, and what somebody drew."""

from collections.abc import Sequence
from html import escape

import shapely

from layers.core import Feature
from layers.exchange.print import ink
from layers.exchange.print.labels import Label, label_svg
from layers.exchange.print.order import Drawing
from layers.exchange.print.plane import Plane
from layers.exchange.print.shapes import path


def chosen(features: Sequence[Feature], plane: Plane) -> str:
    """The features outlined in the accent colour, each with its number in the list."""
    made, names = [], []
    for number, shape in enumerate(plane.placed([one.shape for one in features]), start=1):
        if shape.geom_type.endswith("Point"):
            for one in shapely.get_parts(shape):
                made.append(
                    f'<circle cx="{one.x:.2f}" cy="{one.y:.2f}" r="2.4" fill="none" stroke="{ink.ACCENT}" stroke-width="0.7"/>'
                )
        else:
            made.append(
                f'<path d="{path(shape)}" fill="{ink.ACCENT}" fill-opacity="0.12" stroke="{ink.ACCENT}" stroke-width="0.7" stroke-linejoin="round"/>'
            )
        at = shapely.point_on_surface(shape)
        # beside a point, whose own mark may hold a number of its category
        aside = 3.2 if shape.geom_type.endswith("Point") else 0.0
        names.append(
            label_svg(
                Label(
                    text=str(number),
                    x=at.x + aside,
                    y=at.y - aside * 0.75,
                    size=2.6,
                    color=ink.ACCENT,
                    rank=(0.0,),
                    bold=True,
                )
            )
        )
    return "".join([*made, *names])


def drawings(given: Sequence[Drawing], plane: Plane) -> str:
    """Shapes in their own colour, lengths and areas unchanged, with their words beside them."""
    made = []
    for one, shape in zip(given, plane.placed([one.shape for one in given]), strict=True):
        for part in shapely.get_parts(shape):
            made.append(_shape(part, one.color))
        if one.label:
            at = shapely.point_on_surface(shape)
            made.append(
                label_svg(
                    Label(
                        text=one.label,
                        x=at.x,
                        y=at.y + 1.4,
                        size=2.5,
                        color=one.color,
                        rank=(0.0,),
                        bold=True,
                        below=True,
                    )
                )
            )
    return "".join(made)


def _shape(part: shapely.Geometry, color: str) -> str:
    color = escape(color)
    if part.geom_type == "Point":
        return (
            f'<circle cx="{part.x:.2f}" cy="{part.y:.2f}" r="1.3" fill="{color}" stroke="#FFFFFF" stroke-width="0.3"/>'
        )
    fill = f'fill="{color}" fill-opacity="0.12"' if part.geom_type == "Polygon" else 'fill="none"'
    return (
        f'<path class="drawing" {fill} stroke="{color}" stroke-width="0.5" stroke-linejoin="round" d="{path(part)}"/>'
    )
