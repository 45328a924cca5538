"""The demo's units: those of the whole country, with illustrative boundaries."""

from collections.abc import Callable

from fixtures import Province
from layers.admin_units.load import load_units


def seed(province: Province, say: Callable[[str], object]) -> None:
    """Every unit of the country; the demo province is one of them."""
    load_units(province.seed, say)
