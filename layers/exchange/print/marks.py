"""What lies over every layer: the features of a list, numbered, and what somebody drew."""

import math
from collections.abc import Sequence
from html import escape

import shapely

from layers.core import Feature
from layers.exchange.print import ink
from layers.exchange.print.labels import Label, label_svg
from layers.exchange.print.order import Drawing
from layers.exchange.print.plane import Plane
from layers.exchange.print.shapes import badge, path

SMALL_MM = 9.0
"""What is smaller on paper than this is lost among its neighbours without a ring."""
DISC_MM = 2.3
Spot = tuple[float, float]


def chosen(features: Sequence[Feature], plane: Plane) -> str:
    """The features outlined in the accent colour, each with its number in the list on a disc.

    What is small on paper has its disc beside it, at the end of a leader, and a ring that shows where to look.
    """
    made: list[str] = []
    taken: list[Spot] = []
    for number, shape in enumerate(plane.placed([one.shape for one in features]), start=1):
        if not shape.geom_type.endswith("Point"):
            made.append(
                f'<path d="{path(shape)}" fill="{ink.ACCENT}" fill-opacity="0.12" stroke="{ink.ACCENT}" stroke-width="0.7" stroke-linejoin="round"/>'
            )
        at = shapely.point_on_surface(shape)
        west, top, east, bottom = shape.bounds
        small = max(east - west, bottom - top) < SMALL_MM
        spot = _free((at.x, at.y), taken, plane) if small else (at.x, at.y)
        taken.append(spot)
        if small:
            made.append(_ring(at.x, at.y, max(east - west, bottom - top) / 2 + 1.6, spot))
        made.append(_disc(number, *spot))
    return "".join(made)


def _free(at: Spot, taken: Sequence[Spot], plane: Plane) -> Spot:
    """Where the disc of a small feature lies: the first place around it, upper right first, over no other disc."""
    places = [
        (at[0] + far * math.cos(math.radians(angle)), at[1] - far * math.sin(math.radians(angle)))
        for far in (6.0, 9.0, 13.0)
        for angle in (45, 135, 315, 225, 90, 0, 180, 270)
    ]
    inside = [one for one in places if 3 < one[0] < plane.width - 3 and 3 < one[1] < plane.height - 3]
    clear = (one for one in inside if all(math.dist(one, other) > 2.2 * DISC_MM for other in taken))
    return next(clear, places[0])


def _ring(x: float, y: float, radius: float, spot: Spot) -> str:
    """A circle around a place with a leader to its disc, white-rimmed so that it stands out on any ground."""
    share = radius / max(math.dist((x, y), spot), radius)
    start = (x + (spot[0] - x) * share, y + (spot[1] - y) * share)
    lines = (
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}"/>'
        f'<path d="M{start[0]:.2f} {start[1]:.2f}L{spot[0]:.2f} {spot[1]:.2f}"/>'
    )
    return (
        f'<g fill="none" stroke="{ink.HALO}" stroke-width="1.5">{lines}</g>'
        f'<g fill="none" stroke="{ink.ACCENT}" stroke-width="0.6">{lines}</g>'
    )


def _disc(number: int, x: float, y: float) -> str:
    return badge("circle", x, y, DISC_MM, ink.ACCENT, str(number))


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
