"""What stands in a map's margin: coordinate grid, scale bar, north. SVG, millimetres."""

import math

from layers.exchange.print import words
from layers.exchange.print.ink import FRAME
from layers.exchange.print.plane import Plane

BAR_MM = 46.0
"""Longest scale bar."""
GRID_MM = 34.0
"""Least distance between grid lines."""


def round_length(most: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten up to `most`."""
    power = 10 ** math.floor(math.log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9))


def grid_step(scale: int) -> int:
    """Metres between grid lines."""
    least = GRID_MM * scale / 1000
    step = round_length(least)
    return int(
        step if step >= least else next(step * f for f in (2, 2.5, 5, 10) if step * f >= least and _is_round(step * f))
    )


def _is_round(value: float) -> bool:
    lead = value / 10 ** math.floor(math.log10(value) + 1e-9)
    return any(math.isclose(lead, one) for one in (1, 2, 5))


def grid(plane: Plane) -> str:
    """Ticks on the frame with their northing and easting, crosses inside."""
    west, south, east, north = plane.metres
    step = grid_step(plane.scale)
    per_m = 1000 / plane.scale
    columns = [(value, (value - west) * per_m) for value in _multiples(west, east, step)]
    rows = [(value, (north - value) * per_m) for value in _multiples(south, north, step)]
    made = [f'<g stroke="{FRAME}" stroke-width="0.1" stroke-opacity="0.55">']
    made += [f'<path d="M{x - 1:.2f} {y:.2f}h2M{x:.2f} {y - 1:.2f}v2"/>' for _, x in columns for _, y in rows]
    made += ["</g>", f'<g stroke="{FRAME}" stroke-width="0.2">']
    made += [f'<path d="M{x:.2f} 0v-1.4M{x:.2f} {plane.height:.2f}v1.4"/>' for _, x in columns]
    made += [f'<path d="M0 {y:.2f}h-1.4M{plane.width:.2f} {y:.2f}h1.4"/>' for _, y in rows]
    made += ["</g>", f'<g fill="{FRAME}" font-size="2">']
    for value, x in columns:
        if 7 < x < plane.width - 7:
            made += [_number(value, x, -1.9), _number(value, x, plane.height + 3.4)]
    for value, y in rows:
        if 7 < y < plane.height - 7:
            made += [_number(value, -1.9, y, -90), _number(value, plane.width + 1.9, y, 90)]
    return "".join([*made, "</g>"])


def _multiples(start: float, end: float, step: int) -> range:
    return range(math.ceil(start / step) * step, math.floor(end / step) * step + 1, step)


def _number(value: int, x: float, y: float, turn: int = 0) -> str:
    turned = f' transform="rotate({turn} {x:.2f} {y:.2f})"' if turn else ""
    return f'<text text-anchor="middle" x="{x:.2f}" y="{y:.2f}"{turned}>{f"{value:,}".replace(",", " ")}</text>'


def scale_bar(scale: int, language: str) -> tuple[str, float, float]:
    """The bar in four parts with its numbers; width and height of the drawing."""
    metres = round_length(BAR_MM * scale / 1000)
    length = metres * 1000 / scale
    unit, by = ("km", 1000) if metres >= 1000 else ("m", 1)
    left, top, tall = 3.0, 4.0, 1.5
    made = []
    for number in range(4):
        fill = FRAME if number % 2 == 0 else "#FFFFFF"
        x = left + number * length / 4
        made.append(
            f'<rect x="{x:.3f}" y="{top}" width="{length / 4:.3f}" height="{tall}" fill="{fill}" stroke="{FRAME}" stroke-width="0.2"/>'
        )
    for share in (0, 0.5, 1):
        text = words.number(metres * share / by, language) + (f" {unit}" if share == 1 else "")
        made.append(
            f'<text text-anchor="middle" x="{left + length * share:.2f}" y="{top - 0.9}" font-size="2.3" fill="{FRAME}">{text}</text>'
        )
    return "".join(made), left + length + 9, top + tall + 0.5


def north_arrow(language: str) -> str:
    """Up is north of the grid; 9 × 13 mm."""
    return (
        f'<path d="M4.5 3.6L7.4 12L4.5 10.2Z" fill="{FRAME}" stroke="{FRAME}" stroke-width="0.2"/>'
        f'<path d="M4.5 3.6L1.6 12L4.5 10.2Z" fill="#FFFFFF" stroke="{FRAME}" stroke-width="0.2"/>'
        f'<text text-anchor="middle" x="4.5" y="2.9" font-size="3.2" font-weight="600" fill="{FRAME}">{words.NORTH.to(language)}</text>'
    )
