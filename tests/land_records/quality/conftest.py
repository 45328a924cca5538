"""A sheet in VN-2000 metres and parcels drawn on it, as the transactions have them."""

from tests.land_records.transactions.conftest import draw, sheet

__all__ = ["draw", "sheet"]
