"""Processor time and memory of running processes, read from /proc.

The time of a process that has ended is found in its parent, so a whole tree is counted whatever comes and goes in it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a tree of processes holds.

    Attributes:
        rss_mb: the sum of what each has resident; shared pages count once a process.
        pss_mb: the same with shared pages parted among those who share them.
    """

    rss_mb: float
    pss_mb: float


def tree(root: int) -> list[int]:
    """Process ids of `root` and of all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:  # grows while it is read
        found += children.get(pid, [])
    return found


def seconds(root: int) -> float:
    """Processor time spent so far by `root` and all its descendants, those that ended included.

    Whole ticks of the kernel (10 ms) a process: measure over enough requests.
    """
    ticks = 0
    for pid in tree(root):
        if fields := _stat(pid):
            ticks += sum(int(number) for number in fields[11:15])  # utime stime cutime cstime
    return ticks / _TICKS_A_SECOND


def memory(root: int) -> Memory:
    """What `root` and its descendants hold now."""
    held = {"Rss": 0, "Pss": 0}
    for pid in tree(root):
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue  # it has ended meanwhile
        for name, number, *_ in (line.split() for line in lines):
            if (kind := name.rstrip(":")) in held:
                held[kind] += int(number)
    return Memory(rss_mb=held["Rss"] / 1024, pss_mb=held["Pss"] / 1024)


def parent(pid: int) -> int:
    """The parent of a process.

    Raises:
        ProcessLookupError: there is no such process here.
    """
    if fields := _stat(pid):
        return int(fields[1])
    raise ProcessLookupError(f"no process {pid} on this machine")


def name(pid: int) -> str:
    """The name of a process' program."""
    return (PROC / str(pid) / "comm").read_text(encoding="utf-8").strip()


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/<pid>/stat from the state on (proc(5): number 3 is our 0); None where it has ended."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()
