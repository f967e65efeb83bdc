"""Settings, problems, plans and texts from files, and the shifts that options name."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.files import faults_of, read_bytes
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.domain.texts import Text

if TYPE_CHECKING:  # the settings know the maps, and travel takes numpy with it
    from api.settings import Settings
    from scheduler.travel import RoadNetworks

CONFIG_FILE = Path("visits.toml")


def settings_here() -> "Settings":
    """The settings of this process: its environment, and the `visits.toml` of its folder if there is one."""
    from api.settings import Settings

    return Settings.load(os.environ, CONFIG_FILE if CONFIG_FILE.exists() else None)


def problem_from(path: Path) -> Problem:
    """Read a Problem document."""
    from scheduler.documents import read_problem

    with faults_of(path):
        return read_problem(read_bytes(path))


def plan_from(path: Path) -> Plan:
    """Read a Plan document."""
    from scheduler.documents import read_plan

    with faults_of(path):
        return read_plan(read_bytes(path))


def texts_from(path: Path | None) -> Mapping[str, Text]:
    """Read a texts file; none given means no texts."""
    from scheduler.documents import read_texts

    if path is None:
        return {}
    with faults_of(path):
        return read_texts(read_bytes(path))


def networks_for(problem: Problem) -> "RoadNetworks | None":
    """Where the settings say that road networks are; a problem that needs none needs no settings either."""
    return settings_here().road_networks if isinstance(problem.travel, RoadTravel) else None


def known_shifts(problem: Problem, shift_ids: Iterable[str], option: str) -> tuple[str, ...]:
    """The given shifts, all of which the problem has.

    Args:
        problem: Where the shifts are.
        shift_ids: What the caller named.
        option: The option that named them, for the fault.
    """
    wanted = tuple(dict.fromkeys(shift_ids))
    known = [shift.id for shift in problem.shifts]
    some = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    faults = [
        Fault(
            where=option,
            code="unknown_id",
            message=f"The problem has no shift {shift_id!r}.",
            hint=f"It has {some}." if known else "It has no shifts.",
        )
        for shift_id in wanted
        if shift_id not in known
    ]
    if faults:
        raise InvalidInput(faults)
    return wanted
