"""Options and arguments that several commands share."""

import math
from collections.abc import Callable
from pathlib import Path

import click

LANGUAGES = ("en", "zh-CN")
JSON_WANTED = "visits.json"
DEBUG_WANTED = "visits.debug"

# Whether a file is there is not click's question: our own fault names it, in words or as JSON.
A_FILE = click.Path(path_type=Path)


def _remember(key: str) -> Callable[[click.Context, click.Parameter, bool], bool]:
    """Keep a flag where the outermost group finds it after the command's own context has gone."""

    def keep(ctx: click.Context, _option: click.Parameter, value: bool) -> bool:  # noqa: FBT001 - click's signature
        ctx.meta[key] = bool(value) or ctx.meta.get(key, False)
        return value

    return keep


json_option = click.option(
    "--json", "as_json", is_flag=True, is_eager=True, callback=_remember(JSON_WANTED), help="Print JSON for programs."
)
language_option = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The language of the sentences."
)
problem_argument = click.argument("problem_path", metavar="PROBLEM", type=A_FILE)
plan_argument = click.argument("plan_path", metavar="PLAN", type=A_FILE)
problem_option = click.option(
    "--problem", "problem_path", metavar="PROBLEM", type=A_FILE, required=True, help="The problem that PLAN answers."
)
texts_option = click.option(
    "--texts", "texts_path", metavar="FILE", type=A_FILE, help="Names and addresses to show instead of ids."
)


def output_option(metavar: str, words: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """The option `-o`, required."""
    return click.option("-o", "--output", "output", metavar=metavar, type=A_FILE, required=True, help=words)


def debug_option(command: click.Command) -> None:
    """Give a command `--debug`, which shows the traceback of an unexpected failure."""
    option = click.Option(
        ["--debug"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_remember(DEBUG_WANTED),
        help="Show the traceback of an unexpected failure.",
    )
    command.params.append(option)


class SecondsType(click.ParamType[float]):
    """A positive, finite number of seconds, at most a day."""

    name = "seconds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number."""
        try:
            seconds = float(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a number of seconds.", param, ctx)
        if not (math.isfinite(seconds) and 0 < seconds <= 86_400):
            self.fail(f"{value!r} is not between 0 (exclusive) and 86400 seconds.", param, ctx)
        return seconds


class NamesType(click.ParamType[tuple[str, ...]]):
    """Names with commas between them, such as `A,B`."""

    name = "names"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Split at the commas, dropping spaces around the names."""
        if isinstance(value, tuple):
            return value
        names = tuple(name.strip() for name in str(value).split(","))
        if not all(names):
            self.fail(f"{value!r} has an empty name; write A,B.", param, ctx)
        return names
