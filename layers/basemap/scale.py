"""Which zoom each thing appears at, and the colours of the base map."""

from typing import Final

from layers.basemap.theme import THEMES

ROAD_ZOOMS: Final = {"motorway": 6, "trunk": 6, "primary": 7, "secondary": 8, "tertiary": 11}
"""Road class -> first zoom; other classes from `SMALL_ROAD_ZOOM` on."""
SMALL_ROAD_ZOOM: Final = 12

WATER_ZOOMS: Final = {"river": 6, "lake": 7, "reservoir": 7, "canal": 10, "stream": 11}
"""Kind of water -> first zoom; ponds from `POND_ZOOM` on."""
POND_ZOOM: Final = 12

PLACE_ZOOMS: Final = {"island": 8, "commune_centre": 11, "hamlet": 12}
"""Kind of place -> first zoom; markets from `MARKET_ZOOM` on."""
MARKET_ZOOM: Final = 13

_LIGHT: Final = THEMES["light"]
WATER: Final = _LIGHT.water
ROAD: Final = _LIGHT.road
CASING: Final = _LIGHT.casing
INK: Final = _LIGHT.label
RIVER_INK: Final = _LIGHT.river_label
"""Names of water: the blue of the chart colours, 5.1 to 1 on water."""
GROUND: Final = _LIGHT.ground
"""Land that is no province of ours: a shade darker than the country."""
