"""Finds the domains: every folder that has `apps.py` and `layer.py` is one; no list is kept.

In: the folders on the path of `layers`, and `land_records`. Out: dotted application names for `INSTALLED_APPS`.
"""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KERNEL = "layers.core"
REFERRED_TO = ("layers.admin_units", "layers.basemap", "layers.media", "layers.notices", "layers.audit")
SERVERS = ("layers.api", "layers.exchange", "tile_server")


def domains(without: Iterable[str] = ()) -> tuple[str, ...]:
    """Dotted names of the installed domains, `land_records` first.

    Args:
        without: domains to leave out, by their last name (`media_watch`, `soc`).

    Raises:
        ImproperlyConfigured: a name to leave out is no domain, so that a misspelt name never leaves one running.
    """
    found = tuple(_found())
    left_out = frozenset(without)
    unknown = left_out - {name.rpartition(".")[2] for name in found}
    if unknown:
        known = ", ".join(name.rpartition(".")[2] for name in found) or "none"
        raise ImproperlyConfigured(f"GEO_IOC_WITHOUT names no domain: {', '.join(sorted(unknown))}. Domains: {known}.")
    return tuple(name for name in found if name.rpartition(".")[2] not in left_out)


def _found() -> Iterator[str]:
    named = {KERNEL, *REFERRED_TO, *SERVERS}
    if any(_is_domain(folder) for folder in _folders("land_records")):
        yield "land_records"
    names = {f"layers.{room.name}" for folder in _folders("layers") for room in folder.iterdir() if _is_domain(room)}
    yield from sorted(names - named)


def _folders(package: str) -> tuple[Path, ...]:
    """The folders of a package, without importing it."""
    spec = find_spec(package)
    locations = spec.submodule_search_locations if spec else None
    return tuple(Path(location) for location in locations or () if Path(location).is_dir())


def _is_domain(folder: Path) -> bool:
    return (folder / "apps.py").is_file() and (folder / "layer.py").is_file()
