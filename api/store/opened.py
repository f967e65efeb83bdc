"""What was opened lately: decrypting and reading a plan anew for each request would take most of its time."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

_MOST = 64


class OpenedThings:
    """The things used last, by key; a few dozen, because each may hold the texts of a day."""

    def __init__(self, most: int = _MOST) -> None:
        """Begin with none."""
        self._most = most
        self._things: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> object | None:
        """What was kept under a key, None for nothing."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def forget(self) -> None:
        """Keep none."""
        with self._lock:
            self._things.clear()

    def keep(self, key: Hashable, thing: object) -> None:
        """Keep it, and forget what was not used for the longest time."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self._most:
                self._things.popitem(last=False)
