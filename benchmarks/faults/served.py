"""`visits serve` for somebody who kills it again and again: loaded once, begun anew in a moment.

Standard input: a line for each beginning. Standard output: `pid NUMBER`, whatever the command itself says, and `gone`
once that process is no more.
"""

import os
import signal
import sys
import time
from datetime import datetime

# The command imports these when it begins; its children shall find them loaded.
import api
import api.clock
import api.jobs
import api.web_processes
import api.webhooks.delivering
from api.cli import main as visits
from api.process_limits import die_with_parent
from benchmarks.faults.lawful_day import NOW

PID, GONE = "pid", "gone"
_LOOK_SECONDS = 0.01
# One process, so that a kill ends all that answers, and begins anew without loading anything.
WORDS = ("serve", "--no-jobs", "--processes", "1", "--port", "0")


def ten_o_clock() -> datetime:
    """What time it is for the service: crews may be at doors by day alone, and the trial runs at any hour."""
    return NOW


def main() -> None:
    """Serve until standard input ends."""
    api.clock.utc_now = ten_o_clock
    reader, launcher = os.getppid(), os.getpid()
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            die_with_parent(launcher)
            visits(WORDS)
            os._exit(0)
        print(PID, pid, flush=True)  # noqa: T201 - said to who reads it
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            if os.getppid() != reader:  # nobody is left who would kill it
                os.kill(pid, signal.SIGKILL)
            time.sleep(_LOOK_SECONDS)
        print(GONE, flush=True)  # noqa: T201 - likewise


if __name__ == "__main__":
    main()
