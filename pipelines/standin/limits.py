"""The rate limit of the gateway in front of the StatBank."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a call was let through, and the headers that every answer carries."""

    admitted: bool
    headers: Mapping[str, str]


class SlidingWindow:
    """At most ``limit`` admitted calls in any ``seconds``; refused calls are not counted."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self.limit = limit
        self.seconds = seconds
        self._clock = clock
        self._admitted: deque[float] = deque()
        self._lock = threading.Lock()

    def admit(self) -> Admission:
        """Count one call, or refuse it."""
        with self._lock:
            now = self._clock()
            while self._admitted and self._admitted[0] <= now - self.seconds:
                self._admitted.popleft()
            admitted = len(self._admitted) < self.limit
            if admitted:
                self._admitted.append(now)
            return Admission(admitted, self._headers(self.limit - len(self._admitted)))

    def _headers(self, remaining: int) -> Mapping[str, str]:
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-policy": f"{self.limit};w={self.seconds:g}s",
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-resource": "SB_API_1MIN",
        }
