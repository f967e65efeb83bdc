"""The command `visits`: its subcommands, and the one place where what went wrong becomes an exit code.

    0    done                 2    bad input                    70   our own fault
    1    the answer is no     3    something is missing here    130  stopped by Ctrl-C, 141 a pipe's reader left

What is slow to import (OR-Tools, Folium, Flask, pydantic) is imported inside the commands, so that `visits --help`
answers at once.
"""

import io
import sys
from collections.abc import Sequence

import click

from api.cli.database import db
from api.cli.demo import demo
from api.cli.explaining import why
from api.cli.failures import exit_code_after
from api.cli.importing import import_cases
from api.cli.options import debug_option
from api.cli.papers import papers
from api.cli.people import draw_map, export
from api.cli.planning import check, compare, plan
from api.cli.roads import roads
from api.cli.rules import rules
from api.cli.serve import serve, worker
from api.cli.simulating import simulate
from api.cli.users import user
from api.cli.week import plan_week

COMMANDS = (
    *(demo, plan, plan_week, check, compare, why, draw_map, export, papers, rules, roads, import_cases, simulate),
    *(serve, worker, user, db),
)


class VisitsGroup(click.Group):
    """A group that answers every exception of a command with words and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command named on the command line."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:  # the outermost place: nothing may leave as a traceback
            ctx.exit(exit_code_after(error, ctx))


@click.group(cls=VisitsGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="visit-scheduler", prog_name="visits")
def cli() -> None:
    """Plan lawful visits: who visits whom, where and when, with proof.

    Begin with `visits demo`, then `visits serve`.
    """


def _register(group: click.Group, commands: Sequence[click.Command]) -> None:
    for command in commands:
        group.add_command(command)
        for one in command.commands.values() if isinstance(command, click.Group) else (command,):
            debug_option(one)


_register(cli, COMMANDS)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code.

    Args:
        arguments: The words after `visits`; those of the process when None.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show Chinese is no reason to fail
    cli.main(args=None if arguments is None else list(arguments), prog_name="visits")
