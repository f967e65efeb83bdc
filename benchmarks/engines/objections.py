"""Why a peer cannot be given an instance: what it has no words for."""

from benchmarks.case import Case
from scheduler.solver.instance import Instance
from scheduler.solver.ways import NO_WAY_SECONDS


def pyvrp_objection(case: Case) -> str | None:
    """What PyVRP cannot express; None when it can express all.

    Alternatives and several windows are its groups of clients that exclude one another, crews are its profiles.
    """
    instance = case.instance
    if any(frame.breaks for frame in instance.frames):
        return "no breaks"
    return _shared_objection(case)


def vroom_objection(case: Case) -> str | None:
    """What VROOM cannot express; None when it can express all."""
    instance = case.instance
    if any(len(options) > 1 for options in instance.options_of):
        return "no alternatives"
    if not case.mandatory:
        return "no prizes or penalties"
    if any(frame.breaks for frame in instance.frames):
        return "its breaks may lie outside the route"
    if any(instance.shift_penalties):
        return "no costs of crews"
    if any(seconds >= NO_WAY_SECONDS for row in instance.travel for seconds in row):
        return "no places without a way"
    return _shared_objection(case)


def _shared_objection(case: Case) -> str | None:
    if case.extras:
        return f"no {', '.join(case.extras)}"
    if case.instance.other_ways:
        return "given one profile's ways only"
    return _pin_objection(case.instance)


def _pin_objection(instance: Instance) -> str | None:
    if instance.has_positions:
        return "no pinned positions"
    if any(len(limit.shifts) > 1 for limit in instance.limits):
        return "no limits across routes"
    return None
