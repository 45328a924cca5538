"""Topics of the toys: a device may publish under its own name."""

from collections.abc import Iterator

LAYER = "toy_visits"
LISTENS = "toys/+/#"


def topics_of(device: str, units: frozenset[int]) -> Iterator[str]:
    yield f"toys/{device}/#"
