"""What Django answers: features and search, in times of an empty page. One request after another, as a viewer asks."""

from dataclasses import dataclass
from statistics import median
from urllib.parse import quote

from tests.benchmarks import load
from tests.benchmarks.load import Ask
from tests.benchmarks.low_zoom import late
from tests.benchmarks.server import Server

WORDS = ("tan chau", "truong", "duong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One kind of request; `ratio` is its median to that of the empty page."""

    name: str
    requests: int
    p50_ms: float
    p95_ms: float
    ratio: float


def pages(server: Server, layer: str) -> list[Page]:
    """The empty page first.

    Raises:
        RuntimeError: a request was refused.
    """
    asked = {
        "empty page (/healthz)": ["/healthz"] * 200,
        f"100 features of {layer}": [f"/api/layers/{layer}/features?limit=100"] * 20,
        "search": [f"/api/search?q={quote(words)}" for words in WORDS * 5],
    }
    found: list[Page] = []
    for name, paths in asked.items():
        load.fetch(server.port, [Ask(path) for path in paths[:10]])
        answers = load.fetch(server.port, [Ask(path) for path in paths])
        if refused := [answer for answer in answers if answer.status >= 400]:
            raise RuntimeError(f"{name}: answered {refused[0].status}: {refused[0].body[:200]!r}")
        times = [answer.took_ms for answer in answers]
        ratio = median(times) / (found[0].p50_ms if found else median(times))
        found.append(Page(name=name, requests=len(times), p50_ms=median(times), p95_ms=late(times), ratio=ratio))
    return found
