"""`python -m layers.exchange.parse job.json`: read the files of a job into rows and a summary.

A job names `path`, `work`, `rows`, `summary`, `crs` (text, or such a text for each file's name), `encoding`, `table`,
`probe` (vertices of the files instead of rows), and the limits `limit_bytes`, `memory_bytes`, `spool_bytes`.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any, TextIO

import shapely

from layers.exchange.parse import crs as systems
from layers.exchange.parse import encoding, probe, shape, source
from layers.exchange.parse.chunk import Chunk
from layers.exchange.parse.column import MAX_COLUMNS, Column
from layers.exchange.parse.fault import Fault
from layers.exchange.parse.words import MAX_TEXT, cleaned, heading

MAX_WHOLE = 2**63
FROM_TEXT = frozenset({"CSV", "Overpass"})
"""Kinds of file in which every value is text."""


class Parser:
    """One job: files in, rows and summary out."""

    def __init__(self, job: dict[str, Any], out: TextIO) -> None:
        """Keep what was asked."""
        self.job = job
        self.out = out
        crs = job.get("crs") or {}
        self.given = systems.named(crs) if isinstance(crs, str) else None
        self.given_by_file = {} if isinstance(crs, str) else {name: systems.named(text) for name, text in crs.items()}
        self.encoding = encoding.known(job["encoding"]) if job.get("encoding") else None
        self.columns: dict[str, Column] = {}
        self.headings: dict[Any, str] = {}
        self.dropped = 0
        self.kinds: set[str] = set()
        self.files: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.faults: list[dict[str, Any]] = []
        self.source = ""

    def run(self) -> None:
        """Read every file; in a folder one that cannot be read does not stop the others.

        Raises:
            Fault: the only file cannot be read.
        """
        path = Path(self.job["path"])
        found = source.files(path, Path(self.job["work"]), self.job["limit_bytes"])
        for one in found:
            try:
                self._file(one)
            except Fault as fault:
                if len(found) == 1:
                    raise
                self.faults.append({**fault.json(), "file": one.name})

    def summary(self) -> dict[str, Any]:
        """What was found, beside the rows."""
        rows = sum(file["rows"] for file in self.files)
        return {
            "files": self.files,
            "columns": [column.json(rows) for column in self.columns.values()],
            "kinds": sorted(self.kinds),
            "notes": self.notes,
            "faults": self.faults,
            "source": self.source,
        }

    def _file(self, path: Path) -> None:
        reader, facts = source.reader(path, self.encoding, self.job.get("table"))
        file = {"name": path.name, "rows": 0, "crs": "", "has_ids": False, **facts}
        self.files.append(file)
        if facts.get("guessed"):
            self._note(path, "encoding_guessed", encoding=facts["encoding"])
        if self.job.get("probe"):
            file["written"] = probe.written(reader, facts["kind"])
            return
        given = self.given_by_file.get(path.name, self.given)
        way: systems.Way | None = None
        for chunk in reader.chunks():
            way = way or self._way(path, reader, chunk, given)
            shapes = shape.fit(chunk, way)
            self.kinds |= shape.kinds(shapes)
            texts = shapely.to_wkb(shapes, hex=True)
            for index in range(len(chunk)):
                self._write(len(self.files) - 1, chunk, index, texts[index], facts["kind"] in FROM_TEXT)
            file["rows"] += len(chunk)
        if way is not None and given is None and reader.crs and systems.declared(reader.crs) != way.crs:
            raise Fault("crs_late")
        file["crs"] = systems.title(way.crs) if way else ""
        file["srid"] = way.crs.to_epsg() if way else None
        file["has_ids"] = reader.has_ids
        self._tell(path, reader)

    def _way(self, path: Path, reader: source.Reader, chunk: Chunk, given: systems.Way | None) -> systems.Way:
        """From the asked system, else the file's own, else lon/lat where most of the first rows could be that."""
        if given is not None:
            if reader.crs and systems.declared(reader.crs) != given.crs:
                self._note(path, "crs_overridden", crs=systems.title(given.crs))
            return given
        declared = systems.declared(reader.crs)
        if declared is None:
            shapes = chunk.array()
            if systems.looks_swapped(shapes):
                raise Fault("axes_swapped")
            if not systems.looks_like_degrees(shapes):
                west, south = (f"{value:.6g}" for value in shapely.total_bounds(shapes)[:2])
                raise Fault("crs_missing", x=west, y=south)
            if not getattr(reader, "says_degrees", False) and not shapely.is_missing(shapes).all():
                self._note(path, "crs_assumed")
            declared = systems.DEGREES
        return systems.Way(declared)

    def _tell(self, path: Path, reader: source.Reader) -> None:
        """What the reader found out about the whole file."""
        for name in getattr(reader, "doubled", ())[:20]:
            self._note(path, "heading_doubled", field=name, heading=name)
        if outside := getattr(reader, "outside", ()):
            self._note(path, "drawing_texts_outside", number=len(outside), names=", ".join(outside[:5])[:200])
        if centred := getattr(reader, "centred", 0):
            self._note(path, "osm_centred", number=centred)
        if getattr(reader, "swapped", False):
            self._note(path, "northing_first")
        if not getattr(reader, "has_place", True):
            self._note(path, "no_place_columns")
        if self.dropped:
            self._note(path, "headings_many", limit=MAX_COLUMNS, number=self.dropped)
        self.source = self.source or getattr(reader, "source", "")

    def _note(self, path: Path, code: str, *, field: str | None = None, **facts: Any) -> None:
        if len(self.notes) < 1_000:
            self.notes.append({"code": code, "facts": facts, "field": field, "file": path.name})

    def _write(self, file: int, chunk: Chunk, index: int, wkb: str | None, from_text: bool) -> None:
        values = {}
        for given, value in chunk.values[index].items():
            kept = self._value(chunk, index, given, value)
            if kept is None:
                continue
            name = self._heading(given)
            column = self.columns.get(name)
            if column is None:
                if len(self.columns) >= MAX_COLUMNS:
                    self.dropped += 1
                    continue
                column = self.columns[name] = Column(name, from_text)
            column.take(kept)
            values[name] = kept
        notes = [note.json() for note in chunk.notes.get(index, ())]
        record = [file, chunk.numbers[index], wkb, values, notes]
        self.out.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")

    def _heading(self, given: Any) -> str:
        if given not in self.headings:
            if len(self.headings) > 10 * MAX_COLUMNS:
                self.headings.clear()
            self.headings[given] = heading(given) or "Cột"
        return self.headings[given]

    @staticmethod
    def _value(chunk: Chunk, index: int, name: str, value: Any) -> Any:
        """A value as JSON keeps it: text in NFC, finite numbers, lists and objects as their JSON; None for nothing."""
        if isinstance(value, list | dict):
            value = json.dumps(value, ensure_ascii=False)
        if isinstance(value, str):
            if len(value) > MAX_TEXT:
                chunk.note(index, "text_cut", warning=True, limit=MAX_TEXT, heading=str(name)[:80])
            return cleaned(value) or None
        if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
            chunk.note(index, "value_not_finite", warning=True, heading=str(name)[:80])
            return None
        if isinstance(value, int) and not isinstance(value, bool) and not -MAX_WHOLE <= value < MAX_WHOLE:
            return str(value)
        return value


def main(job_path: str) -> int:
    """Run the job; what went wrong is in the summary as `fault`, and the status is 2."""
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    for kind, limit in ((resource.RLIMIT_AS, "memory_bytes"), (resource.RLIMIT_FSIZE, "spool_bytes")):
        resource.setrlimit(kind, (job[limit], job[limit]))
    found: dict[str, Any]
    try:
        with Path(job["rows"]).open("w", encoding="utf-8") as out:
            parser = Parser(job, out)
            parser.run()
        found, status = parser.summary(), 0
    except Fault as fault:
        found, status = {"fault": fault.json()}, 2
    except MemoryError:
        found, status = {"fault": Fault("memory").json()}, 2
    Path(job["summary"]).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
