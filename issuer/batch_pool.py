"""Composition of bulk issuing: processes that each open the installation anew and sign chunks on their own core."""

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain
from multiprocessing import get_context, parent_process

from issuer.composition import Composition, compose
from issuer.services.sign_chunk import SignChunk, sign_chunk
from issuer.settings import Settings

_SLICES_PER_PROCESS = 2  # so that a slow slice does not leave the other core idle
_opened: list[Composition] = []  # of this process, for its whole life


@contextmanager
def batch_signer(settings: Settings, *, processes: int | None = None) -> Iterator[SignChunk]:
    """Yield a SignChunk that spreads each chunk over processes; 1 or fewer cores still get one process of their own.

    Args:
        processes: how many; None for one a core.
    """
    count = processes or os.cpu_count() or 1
    with ProcessPoolExecutor(
        count, mp_context=get_context("forkserver"), initializer=_open, initargs=(settings,)
    ) as pool:

        def sign(kid: str, packed: Sequence[bytes]) -> list[bytes]:
            size = max(1, -(-len(packed) // (count * _SLICES_PER_PROCESS)))
            slices = [packed[start : start + size] for start in range(0, len(packed), size)]
            return list(chain.from_iterable(pool.map(_sign, [kid] * len(slices), slices)))

        yield sign


def _open(settings: Settings) -> None:
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    composing = compose(settings, batch=True)
    _opened.append(composing.__enter__())  # closed with the process


def _end_with_parent() -> None:
    """A process that is killed cannot end its pool: without this, each kill would leave processes behind."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _sign(kid: str, packed: Sequence[bytes]) -> list[bytes]:
    return sign_chunk(_opened[0].outside, kid, packed)
