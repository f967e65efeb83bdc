"""Whether a crew may make a visit at all, whatever the time: one answer for the engines and for the reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.collector import Collector, Shift
from scheduler.domain.plan import ReasonCode
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Place, Visit
from scheduler.rules.decision import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What stands against a visit on a shift, before it is put in words."""

    code: ReasonCode
    facts: dict[str, str] = field(default_factory=dict)
    rule_id: str | None = None


def local_days(problem: Problem, shift: Shift, time_zone: ZoneInfo) -> tuple[date, ...]:
    """Every local day of a zone that the shift touches, overtime included."""
    end = shift.latest_end.astimezone(UTC) + problem.objective.max_overtime
    first, last = (moment.astimezone(time_zone).date() for moment in (shift.earliest_start, end))
    return tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))


def demands_on_people(visit: Visit, decision: Decision) -> tuple[object, ...]:
    """All that `crew_objection` asks of a visit: visits with equal demands share its answer."""
    return (
        visit.required_skills,
        visit.required_collectors,
        visit.prohibited_collectors,
        visit.crew_size,
        decision.crew_minimum,
        decision.qualifications,
        decision.collector_ids,
    )


def crew_objection(
    visit: Visit, shift: Shift, crew: Iterable[Collector], decision: Decision, days: Sequence[date]
) -> Objection | None:
    """The first thing about the people that stands against the visit, None when the crew may make it.

    Args:
        visit: The visit.
        shift: The crew's shift.
        crew: The collectors of the shift.
        decision: What the rules say about the visit at the place in question.
        days: The local days of that place that the shift touches.
    """
    members = tuple(crew)
    return (
        _not_allowed(visit, shift)
        or _missing_skill(visit, shift, members)
        or _too_small(visit, shift, decision)
        or _unannounced(shift, decision)
        or _unqualified(shift, members, decision, days)
    )


def _not_allowed(visit: Visit, shift: Shift) -> Objection | None:
    crew = set(shift.collector_ids)
    barred = sorted(visit.prohibited_collectors & crew)
    missing = sorted(visit.required_collectors - crew)
    if not barred and not missing:
        return None
    return Objection(
        code=ReasonCode.COLLECTOR_NOT_ALLOWED,
        facts={"shift": shift.id, "prohibited": ", ".join(barred), "missing": ", ".join(missing)},
    )


def _missing_skill(visit: Visit, shift: Shift, members: tuple[Collector, ...]) -> Objection | None:
    held = frozenset[str]().union(*(member.skills for member in members))
    missing = sorted(visit.required_skills - held)
    if not missing:
        return None
    return Objection(code=ReasonCode.MISSING_SKILL, facts={"shift": shift.id, "skills": ", ".join(missing)})


def _too_small(visit: Visit, shift: Shift, decision: Decision) -> Objection | None:
    size = len(shift.collector_ids)
    if size >= max(visit.crew_size, decision.crew_minimum):
        return None
    by_law = decision.crew_minimum >= visit.crew_size
    return Objection(
        code=ReasonCode.CREW_TOO_SMALL,
        facts={"shift": shift.id, "size": str(size), "minimum": str(max(visit.crew_size, decision.crew_minimum))},
        rule_id=decision.crew_rule_id if by_law else None,
    )


def _unannounced(shift: Shift, decision: Decision) -> Objection | None:
    if decision.collector_ids is None or decision.collector_ids.issuperset(shift.collector_ids):
        return None
    others = sorted(set(shift.collector_ids) - decision.collector_ids)
    return Objection(
        code=ReasonCode.COLLECTOR_NOT_ALLOWED,
        facts={"shift": shift.id, "prohibited": ", ".join(others), "missing": ""},
        rule_id=decision.collectors_rule_id,
    )


def _unqualified(
    shift: Shift, members: tuple[Collector, ...], decision: Decision, days: Sequence[date]
) -> Objection | None:
    # A shift over midnight must be qualified on both days: which one a visit falls on is not known yet.
    for needed in decision.qualifications:
        lacking = sorted(
            member.id for member in members if not all(member.is_qualified(needed.code, on=day) for day in days)
        )
        if lacking:
            return Objection(
                code=ReasonCode.QUALIFICATION_EXPIRED,
                facts={
                    "shift": shift.id,
                    "qualification": needed.code,
                    "collectors": ", ".join(lacking),
                    "day": days[-1].isoformat(),
                },
                rule_id=needed.rule_id,
            )
    return None


def is_non_preferred(visit: Visit, shift: Shift) -> bool:
    """Whether the visit names preferred collectors and the crew has none of them."""
    return bool(visit.preferred_collectors) and visit.preferred_collectors.isdisjoint(shift.collector_ids)


class Suitability:
    """Which shifts may make a visit; visits alike in their demands on people share one answer."""

    def __init__(
        self, problem: Problem, shifts: tuple[Shift, ...], decisions: Mapping[str, Mapping[str, Decision]]
    ) -> None:
        """Ask nobody yet.

        Args:
            problem: The problem.
            shifts: Those that may make visits, by number.
            decisions: Visit id -> place id -> what the rules say.
        """
        self._problem = problem
        self._shifts = shifts
        self._decisions = decisions
        self._collectors = {collector.id: collector for collector in problem.collectors}
        self._zones = problem.place_zones
        self._known: dict[tuple[object, ...], frozenset[int]] = {}
        self._days: dict[tuple[str, ZoneInfo], Sequence[date]] = {}

    def shifts(self, visit: Visit, place: Place) -> frozenset[int]:
        """The numbers of those that may make the visit there."""
        decision = self._decisions[visit.id][place.id]
        pinned = visit.pinned.shift_id if visit.pinned else None
        zone = self._zones[place.location_id]
        key = (pinned, zone, demands_on_people(visit, decision))
        if key not in self._known:
            self._known[key] = frozenset(
                number
                for number, shift in enumerate(self._shifts)
                if pinned in {None, shift.id} and self._may(visit, shift, decision, zone)
            )
        return self._known[key]

    def _may(self, visit: Visit, shift: Shift, decision: Decision, zone: ZoneInfo) -> bool:
        crew = [self._collectors[collector_id] for collector_id in shift.collector_ids]
        if (shift.id, zone) not in self._days:
            self._days[shift.id, zone] = local_days(self._problem, shift, zone)
        return crew_objection(visit, shift, crew, decision, self._days[shift.id, zone]) is None
