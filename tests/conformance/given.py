"""What no field type can tell, layer by layer, each with its reason. A new layer needs nothing here.

`GIVEN` names values of the layer's own row or, through `__`, of a row it refers to; one may be made from the number of
the row. `EXEMPT` leaves a layer out of one
check; the reason is shown by pytest.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Model

from land_records.models import CommuneLand

PLAN_FROM = date(2021, 1, 1)

GIVEN: dict[str, dict[str, Any]] = {
    # a composite foreign key holds the boundary's level equal to its unit's; files name units of today by their code
    "provinces": {"unit__level": "province", "unit__is_current": True, "unit__code": lambda n: f"{10 + n % 90}"},
    "communes": {"unit__level": "commune", "unit__is_current": True},
    # a check constraint holds the form of a school year
    "schools": {"school_year": "2025-2026"},
    # of every second parcel the areas agree
    "parcel_cases": {
        "recorded_area_m2": lambda n: 1_000 + n,
        "computed_area_m2": lambda n: (1_000.0 + n) * (1 + n % 2),
    },
    # a zone of an approved plan holds while its plan does
    "planning_zones": {
        "srid": 9209,
        "is_draft": False,
        "valid_from": PLAN_FROM,
        "plan__valid_from": PLAN_FROM,
        "plan__approved_on": PLAN_FROM,
        "plan__status": lambda n: ("in_force", "replaced")[n % 2],
        "plan__valid_to": date(2100, 1, 1),
        "plan__unit__level": "commune",
        "plan__period_from": 2021,
        "plan__period_to": lambda n: 2030 + n,
    },
    # one row a kind and its parcels; what stands is not gone
    "parcel_problems": {
        "parcels": lambda n: [n],
        "state": lambda n: ("open", "in_work", "accepted")[n % 3],
    },
    # a draft has no time yet
    "planning_drafts": {
        "srid": 9209,
        "plan__status": "draft",
        "plan__period_from": 2021,
        "plan__period_to": lambda n: 2030 + n,
    },
}


def _land(boundary: Any) -> Model:
    """What is kept of a commune's land."""
    began = datetime(2020, 1, 1, tzinfo=UTC)
    return CommuneLand(
        commune=boundary.unit, since=began.date(), areas={"CLN": 1_000}, parcels=2, certified=1, added_at=began
    )


BESIDE: dict[str, tuple[str, Callable[[Any], Model]]] = {"land_statistics": ("communes", _land)}
"""Of a computed layer: the layer whose made rows each want one more row, and that row."""

EXEMPT: dict[tuple[str, str], str] = {}
"""`(layer id, name of the test function)` to the reason."""
