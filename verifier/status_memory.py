"""Remembers in memory the newest status list seen of each address, so that an old one is not taken for the present."""

import threading
from collections import OrderedDict
from datetime import datetime

_MAX_ENTRIES = 4096


class NewestStatus:
    """A `StatusMemory` of one process; the addresses asked longest ago leave first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, datetime] = OrderedDict()

    def newest(self, url: str) -> datetime | None:
        """Return `validFrom` of the newest list seen at `url`, aware; None at first sight."""
        with self._lock:
            return self._seen.get(url)

    def remember(self, url: str, valid_from: datetime) -> None:
        """Keep `valid_from` if it is later than what is known."""
        with self._lock:
            known = self._seen.pop(url, None)
            self._seen[url] = valid_from if known is None else max(known, valid_from)
            if len(self._seen) > _MAX_ENTRIES:
                self._seen.popitem(last=False)
