"""`make bench`: the tile server beside its peers, judged by processor time a request, server and database together.

Prints the tables, writes `var/bench/<time>.json`, and fails where a limit is broken.
"""

import json
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from time import monotonic

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geo_ioc.settings")
django.setup()

from django.conf import settings  # noqa: E402

from layers.core.errors import UnknownLayer  # noqa: E402
from layers.core.layer import Layer  # noqa: E402
from layers.core.registry import registry  # noqa: E402
from layers.core.viewer import ANYONE  # noqa: E402
from tests.benchmarks.bench import SIZED, TOPICS, Bench  # noqa: E402
from tests.benchmarks.machine import load_average, machine  # noqa: E402

STARTED = monotonic()


def main() -> int:
    """Measure, show, write; the exit status is 1 where a limit is broken."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started ends, too
    folder = settings.GEO_IOC_VAR / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    before = load_average()
    try:
        bench = Bench(_layer(options.layer), folder, rounds=options.rounds, say=_say, parcels=options.parcels)
        if options.only:
            bench.run_topics(options.only)
        else:
            bench.run(province=options.province, minutes=options.minutes)
    except RuntimeError as fault:
        sys.stderr.write(f"the benchmark failed: {fault}\n")
        return 2
    sys.stdout.write(bench.tables() + "\n")
    now = datetime.now(UTC)
    file = folder / f"{now:%Y%m%dT%H%M%SZ}.json"
    about = {"at": now.isoformat(), "machine": machine(), "load_average": {"before": before, "after": load_average()}}
    file.write_text(json.dumps({**about, **bench.document()}, indent=1, ensure_ascii=False), encoding="utf-8")
    _say(f"written: {file}")
    return 1 if any(bar.holds is False for bar in bench.bars) else 0


def _options() -> Namespace:
    parser = ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--layer", default="parcels", help="layer over rows to measure (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds whose median counts (default %(default)s)")
    parser.add_argument("--province", action="store_true", help="also make every tile from z5 to z15, once")
    parser.add_argument(
        "--minutes", type=float, default=0, help="also a browser's memory over so many minutes of use, best an hour"
    )
    parser.add_argument("--only", nargs="+", choices=TOPICS, metavar="TOPIC", help=f"only these: {', '.join(TOPICS)}")
    parser.add_argument("--parcels", type=int, help=f"size of {' and '.join(SIZED)} (default: each one's own)")
    return parser.parse_args()


def _layer(name: str) -> Layer:
    """The public layer over rows of this id.

    Raises:
        RuntimeError: there is none, or it has no rows yet.
    """
    try:
        layer = registry.visible(name, ANYONE)
    except UnknownLayer as fault:
        raise RuntimeError(f"there is no public layer {name}; choose one with --layer") from fault
    if not isinstance(layer, Layer):
        raise RuntimeError(f"{name} is no layer over rows; choose another with --layer")
    if not layer.query(ANYONE).summary().count:
        raise RuntimeError(f"{name} has no rows: load the demo province with `make seed`")
    return layer


def _say(text: str) -> None:
    sys.stderr.write(f"[{monotonic() - STARTED:4.0f} s] {text}\n")


if __name__ == "__main__":
    sys.exit(main())
