"""What went wrong, in words on stderr (or as JSON on stdout), and the exit code that goes with it."""

import json
import os
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

import click

from api.cli.options import DEBUG_WANTED, JSON_WANTED
from scheduler.domain.errors import InternalFault, InvalidInput, MissingResource, SchedulerError

STOPPED = 130
READER_LEFT = 141


def exit_code_after(error: BaseException, ctx: click.Context) -> int:
    """Say what went wrong and return the exit code.

    Args:
        error: What the command raised.
        ctx: The outermost context, which knows `--json` and `--debug`.
    """
    if isinstance(error, BrokenPipeError):
        return _leave_the_pipe()
    if ctx.meta.get(DEBUG_WANTED, False):
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    if isinstance(error, InvalidInput):
        _print_faults(error, as_json=ctx.meta.get(JSON_WANTED, False))
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        click.echo("Stopped; nothing more was written.", err=True)
        return STOPPED
    click.echo(_one_line(error), err=True)
    return error.exit_code if isinstance(error, SchedulerError) else InternalFault.exit_code


def _print_faults(error: InvalidInput, *, as_json: bool) -> None:
    sources: list[str] = getattr(error, "__notes__", [])
    if as_json:
        answer = {"faults": [asdict(fault) for fault in error.faults], "file": sources[0] if sources else None}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for source in sources:
        click.echo(f"{source}: {len(error.faults)} fault(s)", err=True)
    for fault in error.faults:
        hint = f" ({fault.hint})" if fault.hint else ""
        click.echo(f"{fault.where}: {fault.code}: {fault.message}{hint}", err=True)


def _one_line(error: BaseException) -> str:
    if isinstance(error, MissingResource):
        return f"missing: {error}"
    if isinstance(error, SchedulerError):
        return f"internal fault: {error} Run the same command with --debug for the traceback."
    # The message of a foreign exception may quote the input, and with it a person; type and place never do.
    where = ""
    if frames := traceback.extract_tb(error.__traceback__):
        where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}"
    return f"internal fault: {type(error).__name__}{where}. Run the same command with --debug for the traceback."


def _leave_the_pipe() -> int:
    """Send what is still buffered nowhere, so that the interpreter does not complain when it leaves."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return READER_LEFT
