"""`visits serve` for somebody who kills it again and again: loaded once, begun anew in a moment.

Standard input: a line for each beginning. Standard output: `pid NUMBER`, whatever the command itself says, and `gone`
once that process is no more.
"""

import os
import sys

# The command imports the last two when it begins; its children shall find them loaded.
import api
import api.jobs
import api.webhooks.delivering
from api.cli import main as visits
from api.process_limits import die_with_parent
from api.settings import Settings
from benchmarks.faults.lawful_day import NOW

PID, GONE = "pid", "gone"
WORDS = ("serve", "--no-jobs", "--port", "0")


def main() -> None:
    """Serve until standard input ends."""
    make = api.create_app

    def at_ten_o_clock(settings: Settings) -> object:
        # Crews may be at doors by day alone; the trial runs at any hour.
        return make(settings, lambda: NOW)

    api.create_app = at_ten_o_clock  # type: ignore[assignment]
    launcher = os.getpid()
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            die_with_parent(launcher)
            visits(WORDS)
            os._exit(0)
        print(PID, pid, flush=True)  # noqa: T201 - said to who reads it
        os.waitpid(pid, 0)
        print(GONE, flush=True)  # noqa: T201 - likewise


if __name__ == "__main__":
    main()
