"""What was measured, what it is held against, and whether it holds: the printed tables and the file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.benchmarks.race import Run, middle

ALONE = "database alone (pgbench)"
UNCACHED = "geo_ioc, no cache"
TIPG = "tipg"
VECTORTILES = "django-vectortiles"
HIT = "geo_ioc, from the cache"
UNCHANGED = "geo_ioc, unchanged (304)"
NGINX = "nginx, files"

Races = dict[str, dict[str, list[Run]]]
"""Name of the list to contestant to its runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A number and its limit.

    Attributes:
        value: what was measured; None where it could not be, and then `note` says why.
        at_least: the limit is the least allowed, not the most.
    """

    name: str
    value: float | None
    limit: float
    at_least: bool = False
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the number keeps its limit; None where there is no number."""
        if self.value is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def row(self) -> dict[str, Any]:
        """For the file."""
        return {**asdict(self), "holds": self.holds}


def bars(races: Races, absent: dict[str, str]) -> list[Bar]:
    """The ratios of the races, by processor time; `absent` says why a contestant did not run."""

    def ratio(mix: str, to: str, name: str, limit: float) -> Bar:
        runs = races.get(mix, {})
        if UNCACHED not in runs or to not in runs:
            missing = next((one for one in (UNCACHED, to) if one not in runs), to)
            return Bar(name=name, value=None, limit=limit, note=absent.get(missing, "the layer has no such tiles"))
        return Bar(name=name, value=middle(runs[UNCACHED], "cpu_ms") / middle(runs[to], "cpu_ms"), limit=limit)

    return [
        ratio("mix", ALONE, "whole mix, to the database alone (first bar)", 1.10),
        ratio("mix", ALONE, "whole mix, to the database alone", 0.75),
        ratio("z13-z15", ALONE, "z13-z15, to the database alone", 0.75),
        ratio("z16", ALONE, "z16, to the database alone", 1.25),
        ratio("z16", TIPG, "z16, to tipg", 0.50),
        *_hits(races.get("hits", {}), absent),
    ]


def _hits(runs: dict[str, list[Run]], absent: dict[str, str]) -> list[Bar]:
    per_core = {name: 1 / max(middle(one, "server_ms"), 1e-6) for name, one in runs.items()}
    if HIT not in per_core:
        return []
    hit = per_core[HIT]
    to_nginx = hit / per_core[NGINX] if NGINX in per_core else None
    return [
        Bar(
            name="hit, requests per second of processor, to nginx",
            value=to_nginx,
            limit=0.35,
            at_least=True,
            note=absent.get(NGINX, ""),
        ),
        # A tick of the kernel's clock either way: as fast means within a twentieth.
        Bar(name="304, the same, to a hit", value=per_core[UNCHANGED] / hit, limit=0.95, at_least=True),
    ]


def race_table(races: Races) -> str:
    """All runs, medians over the rounds."""
    heads = ("req/s", "server ms", "database ms", "CPU ms", "to alone", "p50 ms", "p95 ms", "p99 ms", "kB")
    lines = []
    for mix, runs in races.items():
        lines.append(f"\n{mix:32}" + "".join(f"{head:>12}" for head in heads))
        floor = middle(runs[ALONE], "cpu_ms") if ALONE in runs else None
        for name, one in runs.items():
            cpu_ms = middle(one, "cpu_ms")
            cells = [
                f"{1 / middle(one, 'took_s') * one[0].answers:,.0f}",
                f"{middle(one, 'server_ms'):.3f}",
                f"{middle(one, 'database_ms'):.3f}",
                f"{cpu_ms:.3f}",
                f"{cpu_ms / floor:.2f}" if floor else "",
                *(f"{middle(one, field):.2f}" if one[0].size_kb else "" for field in ("p50_ms", "p95_ms", "p99_ms")),
                f"{middle(one, 'size_kb'):.1f}" if one[0].size_kb else "",
            ]
            lines.append(f"{name:32}" + "".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows of the same fields, the first to the left."""
    if not rows:
        return ""
    first, *heads = rows[0]
    widths = {head: max(12, len(head) + 2) for head in heads}
    lines = [f"\n{first:32}" + "".join(f"{head:>{width}}" for head, width in widths.items())]
    for row in rows:
        texts = {head: f"{row[head]:.2f}" if isinstance(row[head], float) else str(row[head]) for head in heads}
        lines.append(f"{row[first]!s:32}" + "".join(f"{texts[head]:>{width}}" for head, width in widths.items()))
    return "\n".join(lines)


def bar_table(found: Sequence[Bar]) -> str:
    """Every bar, its limit, and whether it holds."""
    words = {True: "holds", False: "BROKEN", None: "not measured"}
    lines = [f"\n{'bar':56}{'measured':>12}{'limit':>12}"]
    for bar in found:
        value = "" if bar.value is None else f"{bar.value:.3f}"
        limit = f"{'>=' if bar.at_least else '<='} {bar.limit:g}"
        lines.append(f"{bar.name:56}{value:>12}{limit:>12}  {words[bar.holds]}{f': {bar.note}' if bar.note else ''}")
    return "\n".join(lines)
