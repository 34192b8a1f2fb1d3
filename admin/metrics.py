"""Requests by page, status and duration, counted in this process and shown in Prometheus' text format."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import defaultdict

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the durations, in seconds."""
PAGES = frozenset({"list", "lookup", "export.csv", "details", "history", "create", "edit", "delete", "verb"})
OWN = frozenset({"login", "logout", "password", "language", "theme", "undo", "search", "palette"})


class Metrics:
    """Counters since the start of the process."""

    def __init__(self) -> None:
        self.requests: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        self.durations: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.running = 0
        self.streams = 0

    def seen(self, method: str, path: str, status: int, seconds: float) -> None:
        """One request has been answered."""
        page = page_of(path)
        self.requests[method, page, status] += 1
        self.durations[page][bisect_left(BOUNDS, seconds)] += 1
        self.seconds[page] += seconds

    def text(self) -> str:
        """Everything as Prometheus reads it."""
        process = os.getpid()
        lines = ["# HELP polisdesk_requests_total Requests answered.", "# TYPE polisdesk_requests_total counter"]
        for (method, page, status), number in sorted(self.requests.items()):
            labels = f'method="{method}",page="{page}",status="{status}",process="{process}"'
            lines.append(f"polisdesk_requests_total{{{labels}}} {number}")
        lines += ["# HELP polisdesk_request_seconds Time until the answer ended.",
                  "# TYPE polisdesk_request_seconds histogram"]  # fmt: skip
        for page, counts in sorted(self.durations.items()):
            lines += histogram(page, process, counts, self.seconds[page])
        lines += ["# HELP polisdesk_requests_running Requests being answered.",
                  "# TYPE polisdesk_requests_running gauge",
                  f'polisdesk_requests_running{{process="{process}"}} {self.running}',
                  "# HELP polisdesk_streams Live streams that are open.",
                  "# TYPE polisdesk_streams gauge",
                  f'polisdesk_streams{{process="{process}"}} {self.streams}']  # fmt: skip
        return "\n".join(lines) + "\n"


def histogram(page: str, process: int, counts: list[int], seconds: float) -> list[str]:
    """The lines of one page's durations."""
    lines, total = [], 0
    for bound, number in zip((*BOUNDS, "+Inf"), counts, strict=True):
        total += number
        lines.append(f'polisdesk_request_seconds_bucket{{page="{page}",process="{process}",le="{bound}"}} {total}')
    lines.append(f'polisdesk_request_seconds_sum{{page="{page}",process="{process}"}} {seconds:.6f}')
    lines.append(f'polisdesk_request_seconds_count{{page="{page}",process="{process}"}} {total}')
    return lines


def page_of(path: str) -> str:
    """A page's name without identities and keys, so that the number of series stays small."""
    parts = path.strip("/").split("/")
    if parts[0] == "admin":
        if len(parts) < 2:
            return "home"
        name = parts[2] if len(parts) > 2 else parts[1]
        return name if name in PAGES else parts[1] if parts[1] in OWN else "other"
    return parts[0] if parts[0] in {"static", "health", "api", "streams", *OWN} else "other"


METRICS = Metrics()
