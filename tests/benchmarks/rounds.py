"""Paired, interleaved measurement: every contender runs a slice in every round, so that all see the same weather."""

import gc
import os
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

REPEATS = 5
ROUNDS = 4  # slices of each contender in one repeat
SLICE_SECONDS = 0.15


@dataclass(frozen=True)
class Cost:
    """What some operations took together, in seconds."""

    cpu: float
    wall: float


class Contender(Protocol):
    """One implementation of one operation."""

    name: str

    def run(self, times: int) -> Cost:
        """Do the operation so many times and say what it took."""


class InProcess:
    """A contender in this process."""

    def __init__(self, name: str, operation: Callable[[], object]) -> None:
        self.name = name
        self._operation = operation

    def run(self, times: int) -> Cost:
        operation = self._operation
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(times):
            operation()
        return Cost(time.process_time() - cpu, time.perf_counter() - wall)


@dataclass(frozen=True)
class Measured:
    """One contender's repeats: microseconds for one operation.

    Attributes:
        name: of the contender.
        cpu: CPU time, one figure a repeat.
        wall: elapsed time, one figure a repeat.
        operations: how many were done in all.
    """

    name: str
    cpu: list[float]
    wall: list[float]
    operations: int

    def ratio_to(self, ours: "Measured") -> tuple[float, float, float]:
        """Median, smallest and largest of this contender's CPU time over ours, repeat by repeat."""
        ratios = [theirs / mine for theirs, mine in zip(self.cpu, ours.cpu, strict=True)]
        return statistics.median(ratios), min(ratios), max(ratios)


def measure(
    contenders: Sequence[Contender], *, repeats: int = REPEATS, slice_seconds: float = SLICE_SECONDS
) -> list[Measured]:
    """Run all contenders by turns.

    Args:
        contenders: the first is ours.
        repeats: each gives one figure for each contender.
        slice_seconds: how long one turn lasts, roughly; a slow operation runs once.
    """
    times = [_times_for(contender, slice_seconds) for contender in contenders]
    costs: list[list[Cost]] = [[] for _ in contenders]
    for _ in range(repeats):
        sums = [Cost(0, 0)] * len(contenders)
        for turn in range(ROUNDS):
            for place in range(len(contenders)):
                index = (place + turn) % len(contenders)
                gc.collect()
                cost = contenders[index].run(times[index])
                sums[index] = Cost(sums[index].cpu + cost.cpu, sums[index].wall + cost.wall)
        for index, cost in enumerate(sums):
            costs[index].append(cost)
    return [
        Measured(
            contender.name,
            [cost.cpu / (ROUNDS * count) * 1e6 for cost in found],
            [cost.wall / (ROUNDS * count) * 1e6 for cost in found],
            repeats * ROUNDS * count,
        )
        for contender, count, found in zip(contenders, times, costs, strict=True)
    ]


def processes_of(group: int) -> Iterator[tuple[int, float, float]]:
    """Yield (process id, CPU seconds, peak memory in MiB) of the living processes of a process group."""
    ticks = os.sysconf("SC_CLK_TCK")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            status = (folder / "status").read_text()
        except OSError:
            continue
        if int(fields[2]) == group:
            peak = re.search(r"VmHWM:\s+(\d+) kB", status)
            yield int(folder.name), (int(fields[11]) + int(fields[12])) / ticks, int(peak[1]) / 1024 if peak else 0.0


def _times_for(contender: Contender, seconds: float) -> int:
    """Warm the contender up and find how often it runs in a slice."""
    contender.run(3)
    times = 1
    while True:
        wall = contender.run(times).wall
        if wall > seconds / 4:
            return max(1, round(times * seconds / wall))
        times *= 4
