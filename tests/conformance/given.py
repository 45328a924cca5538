"""What no field type can tell, layer by layer, each with its reason. A new layer needs nothing here.

`GIVEN` names values of the layer's own row or, through `__`, of a row it refers to. `EXEMPT` leaves a layer out of one
check; the reason is shown by pytest.
"""

from typing import Any

GIVEN: dict[str, dict[str, Any]] = {
    # a composite foreign key holds the boundary's level equal to its unit's
    "provinces": {"unit__level": "province"},
    "communes": {"unit__level": "commune"},
    # a check constraint holds the form of a school year
    "schools": {"school_year": "2025-2026"},
}

EXEMPT: dict[tuple[str, str], str] = {}
"""`(layer id, name of the test function)` to the reason."""
