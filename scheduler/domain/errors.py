"""All exceptions of the project, in one tree.

    SchedulerError
    ├── InvalidInput        the caller's faults, all of them at once     (exit code 2, HTTP 4xx)
    ├── RulesBroken         what was asked would break a rule; nothing was saved (exit code 1, HTTP 422)
    ├── NotNow              what was asked does not fit what is there now        (exit code 1, HTTP 409)
    ├── UnknownId           nothing of this id is there for the caller           (exit code 2, HTTP 404)
    ├── MissingResource     something this machine lacks                 (exit code 3, HTTP 503)
    │   ├── ImplausibleRoads a road network whose answers cannot be true
    │   ├── MemoryExhausted more memory than a process may take
    │   └── StorageFault     the database cannot do what was asked now
    │       ├── StorageBusy   others write for too long: ask again
    │       ├── StorageFull   its disk is full                        (HTTP 507)
    │       └── StorageBroken it fails, or was lost
    └── InternalFault       our own mistake, never the caller's          (exit code 70, HTTP 500)
        ├── PlanRefused     the checker refused a plan of our own planner
        ├── ProcessDied     a process of ours ended before it answered
        └── ProcessHung     a process of ours did not keep its limit and was ended

A visit left out of a plan, a search that ran out of time, and a plan that breaks a rule are results, not exceptions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.domain.violation import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in what a caller gave us.

    Attributes:
        where: A JSON pointer (`/visits/3/places/0`) or, for tables, `file:row:column` with rows counted as a
            spreadsheet shows them (the header is row 1).
        code: A stable word for programs, such as `unknown_id`.
        message: What is wrong, with the value, in one sentence. Never holds a person's text.
        hint: What to do about it.
        message_zh: The message in Chinese; empty where only programs' documents are at fault.
        hint_zh: The hint in Chinese.
    """

    where: str
    code: str
    message: str
    hint: str = ""
    message_zh: str = ""
    hint_zh: str = ""


class SchedulerError(Exception):
    """The root of the tree; `exit_code` is what the command line answers."""

    exit_code = 70


class InvalidInput(SchedulerError):
    """What the caller gave cannot be used; nothing of it was saved."""

    exit_code = 2

    def __init__(self, faults: Sequence[Fault], *, left_out: int = 0) -> None:
        """Collect the faults.

        Args:
            faults: At least one, in the order of the input.
            left_out: How many more there are that are not listed.
        """
        self.faults = tuple(faults)
        self.left_out = left_out
        lines = [f"{fault.where}: {fault.code}: {fault.message}" for fault in self.faults[:20]]
        if len(self.faults) > len(lines):
            lines.append(f"... and {len(self.faults) - len(lines)} more")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type["InvalidInput"], tuple[tuple[Fault, ...]], dict[str, int]]:
        """Travel between processes with the faults, not with the message alone."""
        return InvalidInput, (self.faults,), {"left_out": self.left_out}


class RulesBroken(SchedulerError):
    """What was asked would break a rule; nothing of it was saved."""

    exit_code = 1

    def __init__(self, violations: Sequence[Violation]) -> None:
        """Keep what would be broken.

        Args:
            violations: At least one.
        """
        self.violations = tuple(violations)
        super().__init__("; ".join(f"{found.code}: {found.message}" for found in self.violations[:10]))


class NotNow(SchedulerError):
    """What was asked does not fit the state that it met; nothing was saved.

    Attributes:
        code: A stable word for programs, such as `plan_closed`.
        message: What stands in the way, in one sentence.
    """

    exit_code = 1

    def __init__(self, code: str, message: str) -> None:
        """Say what stands in the way."""
        self.code = code
        self.message = message
        super().__init__(message)


class UnknownId(SchedulerError):
    """Nothing of this id is there, or not for the caller: both look alike."""

    exit_code = 2


class MissingResource(SchedulerError):
    """Something outside the input is missing, such as a road network or a font."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        """Say what is missing.

        Args:
            message: What is missing.
            hint: How to get it.
        """
        self.message = message
        self.hint = hint
        super().__init__(f"{message} {hint}".strip())

    def __reduce__(self) -> tuple[type["MissingResource"], tuple[str, str]]:
        """Travel between processes with message and hint apart."""
        return type(self), (self.message, self.hint)


class ImplausibleRoads(MissingResource):
    """A road network answers, but not for these places: most lie off its roads or are cut off, or speeds are absurd."""


class MemoryExhausted(MissingResource):
    """The work needs more memory than its process may take."""


class StorageFault(MissingResource):
    """The database cannot do what was asked now; nothing of it was kept, or nobody knows whether it was.

    `code` is a stable word for programs.
    """

    code = "storage_error"


class StorageBusy(StorageFault):
    """Others hold the database for longer than anybody shall wait; nothing was kept."""

    code = "busy"


class StorageFull(StorageFault):
    """There is no room left where the database is; nothing was kept."""

    code = "storage_full"


class StorageBroken(StorageFault):
    """The database fails at reading or writing, or cannot be reached."""


class InternalFault(SchedulerError):
    """A state that our own code promised cannot happen."""


class ProcessDied(InternalFault):
    """A process of ours ended before it answered."""


class ProcessHung(InternalFault):
    """A process of ours did not keep its limit and was ended."""


class PlanRefused(InternalFault):
    """The checker refused a plan made by our own planner; the plan is not handed out."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        """Keep what the checker found.

        Args:
            violations: At least one.
        """
        self.violations = tuple(violations)
        super().__init__("; ".join(f"{found.code}: {found.message}" for found in self.violations[:10]))

    def __reduce__(self) -> tuple[type["PlanRefused"], tuple[tuple[Violation, ...]]]:
        """Travel between processes with the violations, not with the message alone."""
        return PlanRefused, (self.violations,)
