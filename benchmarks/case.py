"""What every engine is given: one instance in whole numbers."""

from dataclasses import dataclass

from scheduler.solver.instance import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One instance.

    Attributes:
        instance: In whole numbers.
        mandatory: Whether every visit must be made; the penalties are then only a means to that end.
        extras: What the instance does not say and only the planner itself knows of, in words; mostly nothing.
    """

    instance: Instance
    mandatory: bool
    extras: tuple[str, ...] = ()
