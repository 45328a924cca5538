"""A zip unpacked with care: few members, a bounded size, names that stay where they are put."""

import zipfile
from pathlib import Path, PurePosixPath

from layers.exchange.parse.fault import Fault

MAX_MEMBERS = 200
MAX_RATIO = 200
"""Unpacked bytes for each packed one; text of coordinates packs 3 to 20 times, a bomb a thousand."""
WANTED = frozenset({
    ".shp", ".shx", ".dbf", ".prj", ".cpg", ".cst", ".qix", ".sbn", ".sbx",
    ".geojson", ".json", ".gpkg", ".csv", ".tsv", ".txt", ".dxf", ".dgn", ".gml", ".kml",
})  # fmt: skip
_READ = 1 << 20


def unpack(path: Path, folder: Path, limit_bytes: int) -> None:
    """Put the readable members into a folder, without the folders they were in.

    Raises:
        Fault: no zip, a bomb, encrypted, a name that leads elsewhere, or two members of one name.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            members = [one for one in packed.infolist() if not one.is_dir()]
            if len(members) > MAX_MEMBERS:
                raise Fault("zip_many", members=len(members), limit=MAX_MEMBERS)
            for member in members:
                _check(member)
            left = limit_bytes
            for member in members:
                if PurePosixPath(member.filename).suffix.lower() in WANTED:
                    left -= _write(packed, member, folder, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as fault:
        raise Fault("zip_broken", reason=str(fault)[:120]) from fault


def _check(member: zipfile.ZipInfo) -> None:
    name = PurePosixPath(member.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in member.filename:
        raise Fault("zip_unsafe", member=member.filename[:80])
    if member.flag_bits & 1:
        raise Fault("zip_locked", member=member.filename[:80])
    if member.file_size > _READ and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        raise Fault("zip_bomb", member=member.filename[:80])


def _write(packed: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, left: int) -> int:
    """Copy one member, counting what really comes out: the sizes in a zip are only claims."""
    target = folder / PurePosixPath(member.filename).name
    if target.exists():
        raise Fault("zip_doubled", member=target.name)
    written = 0
    with packed.open(member) as source, target.open("xb") as file:
        while read := source.read(_READ):
            written += len(read)
            if written > left or (written > _READ and written > MAX_RATIO * max(member.compress_size, 1)):
                raise Fault("zip_bomb", member=member.filename[:80])
            file.write(read)
    return written
