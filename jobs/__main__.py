"""`python -m jobs` is the worker; `python -m jobs COMMAND` does one thing and leaves."""

import argparse
import sys

from jobs import stack, worker
from jobs.embedded import CannotStart


def main() -> int:
    """Dispatches the command; 2 and one sentence where it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m jobs", description="The worker, and commands for operators.")
    commands = parser.add_subparsers(title="commands (none: the worker)")
    parser.set_defaults(command=lambda _: worker.run())
    everything = commands.add_parser("stack", help="start everything: databases, web, worker, bot")
    everything.add_argument("--no-demo", action="store_true", help="do not make the demo world")
    everything.set_defaults(command=lambda given: stack.run(demo=not given.no_demo))
    given = parser.parse_args()
    try:
        given.command(given)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
