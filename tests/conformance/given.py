"""What no field type can tell, layer by layer, each with its reason. A new layer needs nothing here.

`GIVEN` names values of the layer's own row or, through `__`, of a row it refers to; one may be made from the number of
the row. `EXEMPT` leaves a layer out of one
check; the reason is shown by pytest.
"""

from typing import Any

GIVEN: dict[str, dict[str, Any]] = {
    # a composite foreign key holds the boundary's level equal to its unit's; files name units of today by their code
    "provinces": {"unit__level": "province", "unit__is_current": True, "unit__code": lambda n: f"{10 + n % 90}"},
    "communes": {"unit__level": "commune", "unit__is_current": True},
    # a check constraint holds the form of a school year
    "schools": {"school_year": "2025-2026"},
}

EXEMPT: dict[tuple[str, str], str] = {}
"""`(layer id, name of the test function)` to the reason."""
