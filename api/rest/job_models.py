"""What requests and answers about jobs look like."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from api.rest.lists import ID_PATTERN
from api.store.jobs import Job, JobState

MOST_SECONDS = 3600
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_PACK_PATTERN = r"^[a-z0-9-]{1,64}$"


def _whole(value: object) -> object:
    """No text and no truth value is a number, which the library would let pass."""
    if isinstance(value, bool | str):
        raise PydanticCustomError("type_number", "this is not a number")
    return value


def _real_day(value: str) -> str:
    if _DAY.fullmatch(value) is None:
        raise PydanticCustomError("date_format", "write the day as YYYY-MM-DD")
    try:
        date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("date_invalid", "the calendar has no such day") from None
    return value


Seconds = Annotated[int, Field(ge=1, le=MOST_SECONDS, description="How long to search."), BeforeValidator(_whole)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="The seed of the search."), BeforeValidator(_whole)]
Day = Annotated[
    str, Field(description="The local day.", json_schema_extra={"format": "date"}), AfterValidator(_real_day)
]
BranchId = Annotated[
    str, Field(description="Whose job it is; needed by who sees several branches.", pattern=ID_PATTERN)
]


class ComputeQuery(BaseModel):
    """How to plan the document; numbers in an address are texts."""

    model_config = ConfigDict(extra="forbid")

    seconds: int = Field(default=30, ge=1, le=MOST_SECONDS, description="How long to search.")
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="The seed of the search.")
    branch_id: BranchId | None = None


class PlanJobRequest(BaseModel):
    """Plan a stored day; the plan becomes a draft."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["plan"] = Field(description="What to do.")
    day: Day
    seconds: Seconds = 30
    seed: Seed = 0
    rule_packs: (
        Annotated[list[Annotated[str, Field(pattern=_PACK_PATTERN)]], Field(min_length=1, max_length=20)] | None
    ) = Field(default=None, description="Judge by these instead of the lender's.")
    branch_id: BranchId | None = None


class JobPath(BaseModel):
    """Where one job stands."""

    job_id: str = Field(description="The job's id.")


class JobListQuery(BaseModel):
    """Which jobs, the newest first."""

    model_config = ConfigDict(extra="forbid")

    state: JobState | None = Field(default=None, description="Only these.")
    kind: str | None = Field(default=None, description="Only these.", pattern="^[a-z_]{1,64}$")
    limit: int = Field(default=50, ge=1, le=200, description="At most so many.")
    after: str | None = Field(default=None, description="`next` of the page before.", pattern=ID_PATTERN)


type Figure = str | int | float | bool | None


class JobView(BaseModel):
    """A job as people see it."""

    id: str = Field(description="The job's id.", pattern=ID_PATTERN)
    kind: str = Field(description="What it does.")
    state: JobState = Field(description="How far it is; it ends in exactly one of the last four.")
    arguments: dict[str, Figure] = Field(description="Ids and numbers that it was asked with.")
    progress: dict[str, Figure] = Field(description="How far the attempt is that runs now or ran last.")
    result: dict[str, Figure] | None = Field(description="Ids and counts; null before it ends.")
    error_code: str | None = Field(description="A word, where it failed.")
    attempts: int = Field(description="How often it was begun.", ge=0)
    asked_at: str = Field(description="When it was asked for.", json_schema_extra={"format": "date-time"})
    started_at: str | None = Field(description="When it was last begun.")
    ended_at: str | None = Field(description="When it got its last state.")
    cancel_asked_at: str | None = Field(description="When somebody asked to stop it.")


class JobList(BaseModel):
    """A page of jobs."""

    jobs: list[JobView]
    next: str | None = Field(description="Ask with it as `after` for the next page; null on the last one.")


def view_of(job: Job) -> JobView:
    """The job as people see it."""
    return JobView(
        id=job.id,
        kind=job.kind,
        state=job.state,
        arguments=dict(job.arguments),
        progress=dict(job.progress),
        result=None if job.result is None else dict(job.result),
        error_code=job.error_code,
        attempts=job.attempts,
        asked_at=job.asked_at.isoformat(),
        started_at=None if job.started_at is None else job.started_at.isoformat(),
        ended_at=None if job.ended_at is None else job.ended_at.isoformat(),
        cancel_asked_at=None if job.cancel_asked_at is None else job.cancel_asked_at.isoformat(),
    )
