"""Stored plans with everything needed to show them."""

import gzip
import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select

from api.store.database import Unit
from api.store.reason_facts import facts_of, has_facts, with_facts
from api.store.tables.organisation import TenantRow
from api.store.tables.plans import PlanRow
from api.store.tables.service import InstallationRow
from scheduler.documents import (
    plan_sha256,
    problem_sha256,
    read_plan,
    read_problem,
    read_texts,
    to_bytes,
    write_plan,
    write_problem,
    write_texts,
)
from scheduler.domain.errors import Fault, InternalFault, InvalidInput
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text


class PlanState(StrEnum):
    """How far a plan is: each follows the one before."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    RUNNING = "running"
    CLOSED = "closed"

    @property
    def is_followed(self) -> bool:
        """Whether people go by the plan."""
        return self in FOLLOWED


FOLLOWED = (PlanState.PUBLISHED, PlanState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """A line of the list of plans.

    Attributes:
        id: The plan.
        day: The local day of its first shift.
        state: How far it is.
        crews: Routes with visits.
        visits: Visits on routes.
        unassigned: Visits left out.
        travel_source: As the plan names it.
        plan_sha256: Of the Plan document without its certificate.
        rev: Counts the changes of its state.
        sequence: Counts the plans of the installation.
        based_on: The plan that it changes.
        next_id: The newest plan that was made by changing it.
        replaced_by: The plan that was published in its place.
        published_at: When it was published.
    """

    id: str
    day: date
    state: PlanState
    crews: int
    visits: int
    unassigned: int
    travel_source: str
    plan_sha256: str
    rev: int
    sequence: int
    based_on: str | None
    next_id: str | None
    replaced_by: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """A plan with its problem and the texts for people's eyes.

    Attributes:
        views: What pages put into words of it, by a key of theirs; it is forgotten with the plan, and a copy with other
            texts begins without any.
    """

    id: str
    day: date
    problem: Problem
    plan: Plan
    texts: Mapping[str, Text]
    views: dict[Hashable, object] = field(init=False, default_factory=dict, repr=False, compare=False)

    @property
    def staffed(self) -> Problem:
        """The problem with the shifts that the plan formed of its duties."""
        return self.problem.with_formed(self.plan.shifts)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """The bytes of a Plan document, their hash without the certificate, and the revision of the plan's state."""

    content: bytes
    plan_sha256: str
    rev: int


def save(unit: Unit, problem: Problem, plan: Plan, texts: Mapping[str, Text], *, based_on: str | None = None) -> str:
    """Keep a plan.

    The same plan of the same problem is kept once in a branch: saving it again gives the first id, and texts that
    come with it take the place of the earlier ones, as do the facts of its reasons.

    Args:
        unit: Of the branch.
        problem: What the plan answers.
        plan: The plan.
        texts: Names, addresses and notes by visit, place, collector or location id; may be empty.
        based_on: The plan that this one changes.

    Returns:
        The plan's id.

    Raises:
        InvalidInput: When the problem has neither shifts nor time windows, so that no day can be named.
    """
    row = _new_row(unit, problem, plan, texts)
    row.based_on = based_on
    same = (PlanRow.plan_sha256 == row.plan_sha256, PlanRow.problem_sha256 == row.problem_sha256)
    kept = unit.session.scalars(select(PlanRow).where(*same)).one_or_none()
    if kept is None:
        unit.session.add(row)
        unit.session.flush()
        unit.note("plan.saved", f"plan:{row.id}", based_on=based_on, plan_sha256=row.plan_sha256)
        return row.id
    if texts:
        kept.sealed_texts = row.sealed_texts
    if has_facts(plan):
        kept.sealed_facts = row.sealed_facts
    return kept.id


def listed(
    unit: Unit,
    *,
    day: date | None = None,
    state: PlanState | None = None,
    after: tuple[date, int] | None = None,
    limit: int | None = None,
) -> tuple[PlanEntry, ...]:
    """Plans, the latest day first and the newest of a day first.

    Args:
        unit: Of the branch or lender.
        day: Only of this day.
        state: Only in this state.
        after: Only those that come after this day and sequence in the order.
        limit: At most so many.
    """
    query = select(PlanRow).order_by(PlanRow.day.desc(), PlanRow.sequence.desc()).limit(limit)
    if day is not None:
        query = query.where(PlanRow.day == day)
    if state is not None:
        query = query.where(PlanRow.state == state)
    if after is not None:
        query = query.where(or_(PlanRow.day < after[0], and_(PlanRow.day == after[0], PlanRow.sequence < after[1])))
    return tuple(_entry(row) for row in unit.session.scalars(query))


def entry(unit: Unit, plan_id: str) -> PlanEntry | None:
    """A plan's line, None when there is none of this id in the scope."""
    row = unit.session.scalars(select(PlanRow).where(PlanRow.id == plan_id)).one_or_none()
    return None if row is None else _entry(row)


def texts_of(unit: Unit, plan_id: str) -> Mapping[str, Text]:
    """The texts of a plan that is there, without the rest of it."""
    return read_texts(
        _unsealed(unit, unit.session.scalars(select(PlanRow.sealed_texts).where(PlanRow.id == plan_id)).one())
    )


def branch_of(unit: Unit, plan_id: str) -> str | None:
    """The branch of a plan, None when there is none of this id in the scope."""
    return unit.session.scalars(select(PlanRow.branch_id).where(PlanRow.id == plan_id)).one_or_none()


def zone_of(unit: Unit, plan_id: str) -> ZoneInfo:
    """The zone of the clocks of the lender whose plan this is."""
    query = select(TenantRow.time_zone).join(PlanRow, PlanRow.tenant_id == TenantRow.id).where(PlanRow.id == plan_id)
    return ZoneInfo(unit.session.scalars(query).one())


def in_force(unit: Unit, day: date) -> PlanEntry | None:
    """The plan of the branch that people follow on a day."""
    query = select(PlanRow).where(PlanRow.day == day, PlanRow.state.in_(FOLLOWED))
    row = unit.session.scalars(query).one_or_none()
    return None if row is None else _entry(row)


def mark_changed(unit: Unit, plan_id: str, next_id: str) -> None:
    """Remember the newest plan that was made by changing this one."""
    _row(unit, plan_id).next_id = next_id
    unit.session.flush()
    unit.note("plan.edited", f"plan:{plan_id}", into=next_id)


def set_state(unit: Unit, plan_id: str, state: PlanState, *, replaced_by: str | None = None) -> PlanEntry:
    """Take a plan to a state; which may follow which is the caller's to know.

    Args:
        unit: Of the branch.
        plan_id: A plan that is there.
        state: The new state.
        replaced_by: The plan that takes its place, when it is closed for that.
    """
    row = _row(unit, plan_id)
    row.state = state
    match state:
        case PlanState.CHECKED:
            row.checked_at = unit.now
        case PlanState.PUBLISHED:
            row.published_at = unit.now
            row.published_by = None if unit.scope is None else unit.scope.user_id
        case PlanState.CLOSED:
            row.closed_at, row.replaced_by = unit.now, replaced_by
    unit.session.flush()
    unit.note(f"plan.{state}", f"plan:{plan_id}", replaced_by=replaced_by)
    return _entry(row)


def _row(unit: Unit, plan_id: str) -> PlanRow:
    return unit.session.scalars(select(PlanRow).where(PlanRow.id == plan_id)).one()


def get(unit: Unit, plan_id: str) -> StoredPlan | None:
    """A plan, None when there is none of this id in the scope.

    Raises:
        MissingResource: When the plan was stored with another secret key.
        InternalFault: When what is stored is damaged.
    """
    # A restored database may count to the same revision again, with other texts.
    epoch = select(InstallationRow.epoch).scalar_subquery()
    version = unit.session.execute(select(PlanRow.id, PlanRow.rev, epoch).where(PlanRow.id == plan_id)).one_or_none()
    if version is None:
        return None
    known = unit.opened_plans.get(tuple(version))
    if isinstance(known, StoredPlan):
        return known
    row = unit.session.scalars(select(PlanRow).where(PlanRow.id == plan_id)).one_or_none()
    if row is None or not row.sealed_problem:
        return None  # its texts were deleted when their time was over
    try:
        opened = _opened(unit, row)
    except InvalidInput as error:
        # We wrote it ourselves, so it is nobody's input.
        raise InternalFault("a stored plan cannot be read") from error
    unit.opened_plans.keep(tuple(version), opened)
    return opened


def document(unit: Unit, plan_id: str) -> StoredDocument | None:
    """The Plan document, None when there is none of this id in the scope."""
    query = select(PlanRow.plan_document, PlanRow.plan_sha256, PlanRow.rev).where(PlanRow.id == plan_id)
    found = unit.session.execute(query).one_or_none()
    return None if found is None else StoredDocument(content=found[0], plan_sha256=found[1], rev=found[2])


def _entry(row: PlanRow) -> PlanEntry:
    return PlanEntry(
        id=row.id,
        day=row.day,
        state=PlanState(row.state),
        crews=row.crews,
        visits=row.visits,
        unassigned=row.unassigned,
        travel_source=row.travel_source,
        plan_sha256=row.plan_sha256,
        rev=row.rev,
        sequence=row.sequence,
        based_on=row.based_on,
        next_id=row.next_id,
        replaced_by=row.replaced_by,
        published_at=row.published_at,
    )


def _new_row(unit: Unit, problem: Problem, plan: Plan, texts: Mapping[str, Text]) -> PlanRow:
    return PlanRow(
        day=_first_day(problem),
        state=PlanState.DRAFT,
        crews=len(plan.routes),
        visits=sum(len(route.visit_ids) for route in plan.routes),
        unassigned=len(plan.unassigned),
        travel_source=plan.travel_source,
        problem_sha256=problem_sha256(problem),
        plan_sha256=plan_sha256(plan, problem.time_zone),
        sealed_problem=_sealed(unit, to_bytes(write_problem(problem))),
        plan_document=to_bytes(write_plan(plan, problem.time_zone)),
        sealed_facts=_sealed(unit, json.dumps(facts_of(plan)).encode()),
        sealed_texts=_sealed(unit, to_bytes(write_texts(texts))),
        made_by=None if unit.scope is None else unit.scope.user_id,
        made_at=unit.now,
    )


def _opened(unit: Unit, row: PlanRow) -> StoredPlan:
    problem = read_problem(_unsealed(unit, row.sealed_problem))
    plan = with_facts(read_plan(row.plan_document), json.loads(_unsealed(unit, row.sealed_facts)))
    texts = read_texts(_unsealed(unit, row.sealed_texts))
    # The problem may have come from a file that spells the same things in another way; the plan's certificate
    # names the hash of that file.
    problem = replace(problem, document_sha256=row.problem_sha256)
    return StoredPlan(id=row.id, day=row.day, problem=problem, plan=plan, texts=texts)


def _sealed(unit: Unit, content: bytes) -> bytes:
    return unit.seal_bytes(gzip.compress(content, mtime=0))


def _unsealed(unit: Unit, sealed: bytes) -> bytes:
    return gzip.decompress(unit.opened_bytes(sealed))


def _first_day(problem: Problem) -> date:
    starts = [working.earliest_start for working in problem.working_windows] or [
        window.earliest_start for visit in problem.visits for place in visit.places for window in place.time_windows
    ]
    if not starts:
        message = "The problem has neither shifts nor time windows, so its plan belongs to no day."
        raise InvalidInput([Fault(where="/shifts", code="no_day", message=message, hint="Add at least one shift.")])
    return min(problem.local_date(start) for start in starts)
