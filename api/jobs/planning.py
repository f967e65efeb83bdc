"""Planning as a job: of a document that came with the request, of a stored day, and of the rest of a running one."""

from dataclasses import asdict, replace
from datetime import date

from api.executors import Bounds, plan_in_process
from api.jobs.curve import CostCurve
from api.jobs.replan_wire import ReplanWire
from api.jobs.work import Stopped, Work
from api.settings import Settings
from api.store import Unit, plans
from api.store.day_records import day_problem
from api.store.jobs import Figures, Outcome
from api.visiting import replanning
from api.visiting.found_rates import expected_contacts, weighing
from scheduler.documents import plan_sha256, read_problem, to_bytes, write_plan
from scheduler.domain.errors import InternalFault
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.planning import Progress, SearchLimits

GRACE_SECONDS = 5.0


def compute(work: Work) -> Outcome:
    """Plan the Problem document that came with the request; the Plan document is kept with the job."""
    problem = read_problem(work.document())
    plan = planned(work, problem)
    document = to_bytes(write_plan(plan, problem.time_zone))
    return Outcome(state=work.state, document=document, keep=lambda _: _figures(plan, problem))


def plan_day(work: Work) -> Outcome:
    """Plan a stored day; the plan is kept as a draft of the branch."""
    arguments = work.job.arguments
    with work.reading() as unit:
        of_day = day_problem(unit, date.fromisoformat(str(arguments["day"])))
        expected = expected_contacts(unit, by_default=work.settings.expected_contacts)
    problem, texts = weighing(of_day.problem, expected), of_day.texts
    packs = arguments.get("rule_packs")
    if packs is not None:
        problem = replace(problem, rule_packs=tuple(str(packs).split(",")))
    plan = planned(work, problem)

    def keep(unit: Unit) -> Figures:
        return {"plan_id": plans.save(unit, problem, plan, texts), **_figures(plan, problem)}

    return Outcome(state=work.state, keep=keep)


def replan_day(work: Work) -> Outcome:
    """Plan the rest of a day that people follow; the plan is kept as a draft of the branch, based on theirs."""
    plan_id = str(work.job.arguments["plan_id"])
    wanted = ReplanWire.model_validate_json(work.document()).wanted
    with work.reading() as unit:
        asked = replanning.as_it_is(unit, plan_id, wanted)
    first_plan = asked.stored.plan
    found = replanning.planned_anew(asked, lambda left: planned(work, left, first_plan))

    def keep(unit: Unit) -> Figures:
        disturbed = {f"disturbed_{name}": count for name, count in asdict(found.disturbance).items()}
        kept_id = replanning.keep(unit, asked, found)
        return {"plan_id": kept_id, "based_on": plan_id, **disturbed, **_figures(found.plan, found.problem)}

    return Outcome(state=work.state, keep=keep)


def planned(work: Work, problem: Problem, first_plan: Plan | None = None) -> Plan:
    """Plan in a process of its own, with the job's limits; its progress is shown, and a wish to stop heard."""
    arguments = work.job.arguments
    seconds, seed = arguments["seconds"], arguments["seed"]
    if not isinstance(seconds, int | float) or not isinstance(seed, int):
        raise InternalFault("a planning job without its limits")
    settings, watch = work.settings, _Watch(work)
    return plan_in_process(
        problem,
        limits=SearchLimits(seconds=float(seconds), seed=seed),
        first_plan=first_plan,
        networks=settings.road_networks if isinstance(problem.travel, RoadTravel) else None,
        on_progress=watch.tell,
        should_stop=watch.should_stop,
        bounds=_bounds(settings),
    )


class _Watch:
    """Stands between the job and its planning process."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._has_plan = False
        self._curve = CostCurve()

    def tell(self, progress: Progress) -> None:
        self._has_plan = True
        self._work.tell(_news(progress, self._curve))

    def should_stop(self) -> bool:
        """Whether to end with the best plan so far; a process that has none is not waited for."""
        wanted = self._work.should_stop()
        if wanted and not self._has_plan:
            raise Stopped
        return wanted


def _bounds(settings: Settings) -> Bounds:
    return Bounds(
        memory_bytes=settings.planning_memory_mb * 1024**2,
        niceness=settings.planning_niceness,
        grace_seconds=GRACE_SECONDS,
    )


def _news(progress: Progress, curve: CostCurve) -> Figures:
    curve.add(progress.seconds, progress.cost_seconds)
    return {
        "seconds": round(progress.seconds, 1),
        "cost_seconds": progress.cost_seconds,
        "unassigned": progress.unassigned,
        "iterations": progress.iterations,
        "step": progress.step,
        "curve": str(curve),
    }


def _figures(plan: Plan, problem: Problem) -> Figures:
    return {
        "status": plan.status,
        "cost_seconds": plan.cost.total_seconds,
        "visits": sum(len(route.visit_ids) for route in plan.routes),
        "unassigned": len(plan.unassigned),
        "plan_sha256": plan_sha256(plan, problem.time_zone),
    }
