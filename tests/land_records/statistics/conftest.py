"""Parcels drawn on a sheet, as transactions are tested on."""

from tests.land_records.transactions.conftest import _no_minimum, draw, person, sheet

__all__ = ["_no_minimum", "draw", "person", "sheet"]
