"""The shapes of a drawing in SVG: marks of points, paths of lines and areas. Millimetres."""

import shapely


def badge(
    shape: str, x: float, y: float, radius: float, color: str, category: str = "", *, turned_deg: float = 0
) -> str:
    """A point's mark, white-rimmed, turned clockwise, with a number that says its category."""
    paint = f'fill="{color}" stroke="#FFFFFF" stroke-width="{radius * 0.2:.2f}"'
    if shape == "circle":
        mark = f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" {paint}/>'
    elif shape == "hatch":
        strokes = "".join(
            f"M{x - dx * radius:.2f} {y - dy * radius:.2f}L{x - dy * radius:.2f} {y - dx * radius:.2f}"
            for dx, dy in ((0.95, -0.05), (0.71, -0.71), (0.05, -0.95))
        )
        mark = f'<path d="{strokes}" stroke="{color}" stroke-width="{radius * 0.25:.2f}"/>'
    else:
        corners = {
            "arrow": ((0, -1), (0.6, -0.2), (0.2, -0.2), (0.2, 1), (-0.2, 1), (-0.2, -0.2), (-0.6, -0.2)),
            "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
            "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
            "triangle": ((0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
        }[shape]
        ends = "L".join(f"{x + dx * radius:.2f} {y + dy * radius:.2f}" for dx, dy in corners)
        turn = f' transform="rotate({turned_deg:.0f} {x:.2f} {y:.2f})"' if turned_deg else ""
        mark = f'<path d="M{ends}Z" {paint}{turn}/>'
    return mark + (letter(x, y, radius, category) if category else "")


def letter(x: float, y: float, radius: float, text: str) -> str:
    size = radius * (1.35 if len(text) == 1 else 1.0)
    return f'<text text-anchor="middle" x="{x:.2f}" y="{y + size * 0.36:.2f}" font-size="{size:.2f}" font-weight="600" fill="#FFFFFF">{text}</text>'


def path(shape: shapely.Geometry) -> str:
    """SVG path data of lines and areas; points have none."""
    made = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            made += [_run(ring, closed=True) for ring in (part.exterior, *part.interiors)]
        elif part.geom_type in ("LineString", "LinearRing"):
            made.append(_run(part, closed=part.geom_type == "LinearRing"))
        elif part.geom_type.startswith(("Multi", "Geometry")):
            made.append(path(part))
    return "".join(made)


def _run(line: shapely.Geometry, *, closed: bool) -> str:
    points = shapely.get_coordinates(line)
    if len(points) < 2:
        return ""
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in (points[:-1] if closed else points)) + ("Z" if closed else "")
