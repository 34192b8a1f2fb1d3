"""`python -m admin` serves the panel on HOST and PORT."""

from __future__ import annotations

import gc

import uvicorn

from admin.app import Application, build
from jobs.embedded import role_url, running
from models.session import Database
from settings import settings

GRACEFUL_SECONDS = 5
"""What open streams and running requests are given when the server is told to stop."""


def application() -> Application:
    """The application as each process makes it."""
    built = build(Database(role_url("crm_panel")), settings)
    gc.collect()
    gc.freeze()  # modules and mappings live as long as the process: looking through them is a pause for all streams
    return built


def main() -> None:
    """Serve until told to stop."""
    with running(postgres=True, valkey=True):
        uvicorn.run(
            "admin.__main__:application",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.web_workers,
            loop="uvloop",
            http="httptools",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or None,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )


if __name__ == "__main__":
    main()
