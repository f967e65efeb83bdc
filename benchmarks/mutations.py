"""Which constraint to take out of which engine, as exact replacements of text, and the tests that must notice."""

from typing import NamedTuple

LABELS = "scheduler/solver/kernels/labels.py"
BETWEEN = "scheduler/solver/kernels/between.py"
INSERTION = "scheduler/solver/kernels/insertion.py"
TAILS = "scheduler/solver/kernels/tails.py"
TIMING = "scheduler/solver/timing.py"
ROUTES = "scheduler/solver/routes.py"
MODEL = "scheduler/solver/routing_model.py"
INSTANCE = "scheduler/solver/instance.py"
SUITABILITY = "scheduler/solver/suitability.py"
CHECKER = "scheduler/checker/"

AGREEMENT = ("tests/test_agreement.py",)
TIMES = ("tests/test_timing.py", *AGREEMENT)
EXCHANGES = ("tests/test_tails.py",)
CHECKS = (
    "tests/test_checker_structure.py",
    "tests/test_checker_times.py",
    "tests/test_checker_people.py",
    "tests/test_checker_law.py",
    "tests/test_checker_cost.py",
    "tests/test_checker_objective.py",
    "tests/test_checker_certificate.py",
)


class Mutant(NamedTuple):
    """One constraint of one file taken out: `old`, which stands there exactly once, becomes `new`."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def title(self) -> str:
        """The file and what is missing in it."""
        return f"{self.path}: {self.name}"


def _table(path: str, tests: tuple[str, ...], *rows: tuple[str, str, str]) -> tuple[Mutant, ...]:
    return tuple(Mutant(name, path, old, new, tests) for name, old, new in rows)


def _unchecked(file: str, *conditions: tuple[str, str]) -> tuple[Mutant, ...]:
    """Checks of the checker that no longer find anything: each condition is taken for false."""
    return _table(CHECKER + file, CHECKS, *((name, old, "if False:") for name, old in conditions))


KERNELS = (
    *_table(
        LABELS,
        AGREEMENT,
        ("end of a window, forward", "if ready <= windows[window, CLOSES]:", "if True:"),
        ("start of a window, forward", "return max(ready, windows[window, OPENS])", "return ready"),
        ("second window, forward", "for window in range(first, end):", "for window in range(first, first + 1):"),
        ("start of a window, backward", "if windows[window, OPENS] <= latest:", "if True:"),
        ("end of a window, backward", "return min(latest, windows[window, CLOSES])", "return latest"),
        (
            "second window, backward",
            "for window in range(end - 1, first - 1, -1):",
            "for window in range(end - 1, end - 2, -1):",
        ),
        ("end of a break's window, forward", "if clock > breaks[shift, rest, CLOSES]:", "if False:"),
        (
            "start of a break's window, forward",
            "clock = max(clock, breaks[shift, rest, OPENS]) + length",
            "clock = clock + length",
        ),
        ("start of a break's window, backward", "if clock < breaks[shift, rest, OPENS]:", "if False:"),
        (
            "end of a break's window, backward",
            "clock = min(clock, breaks[shift, rest, CLOSES]) - length",
            "clock = clock - length",
        ),
        ("break in the travel, forward", "max(departure + leg + rested, clock)", "max(departure + leg, clock)"),
        ("break in the travel, backward", "min(arrival - leg - rested, clock)", "min(arrival - leg, clock)"),
        (
            "break after an insertion",
            "if ready_after(breaks, shift, total, after, left, from_it) <= latest",
            "if left + from_it <= latest",
        ),
        ("service of an insertion", "left = start + service", "left = start"),
        ("shift's end", "latest[shift, end, most] = problem.shifts[shift, LATEST]", "latest[shift, end, most] = NEVER"),
        (
            "shift's start, in insertions",
            "departures[shift, 0, 0] = problem.shifts[shift, EARLIEST]",
            "departures[shift, 0, 0] = 0",
        ),
        (
            "shift's start, in torn routes",
            "return routes.latest[shift, 0, 0] >= problem.shifts[shift, EARLIEST]",
            "return routes.latest[shift, 0, 0] > -NEVER",
        ),
    ),
    *_table(
        BETWEEN,
        AGREEMENT,
        ("visits per shift", "routes.length[shift] >= shifts[shift, MOST] or ", ""),
        ("load", " or routes.load[shift] + load > shifts[shift, CAPACITY]", ""),
        ("visits per person and day", "if routes.used[limit] >= problem.limits[limit]:", "if False:"),
        ("pinned position", "if problem.has_positions:", "if False:"),
    ),
    *_table(
        INSERTION,
        AGREEMENT,
        ("crew, anywhere", "if problem.allowed[option, shift]:", "if True:"),
        ("crew, next to neighbours", " and problem.allowed[option, shift]:", ":"),
    ),
    *_table(
        TAILS,
        EXCHANGES,
        ("visits of the one shift", "routes.length[shift] + longer > most or ", ""),
        ("visits of the other shift", " or routes.length[there] - longer > most", ""),
        ("times of the one route", "if not can_follow(problem, routes, shift, stop, there, first, ", "if not (1 + "),
        (
            "times of the other route",
            "if not can_follow(problem, routes, there, first - 1, shift, stop + 1, back):",
            "if 0:",
        ),
        ("breaks", "ready_after(problem.breaks, shift, taken, total, departure, leg) <=", "departure + leg <="),
        ("load of the one shift", "routes.load[shift] + heavier <= capacity and ", ""),
        ("load of the other shift", " and routes.load[there] - heavier <= capacity", ""),
        ("shifts that are not alike", "if problem.shifts[there, KIND] != problem.shifts[shift, KIND]:", "if False:"),
        ("routes of another search", " or search.closed[there]", ""),
    ),
)

ENGINES = (
    *_table(
        TIMING,
        TIMES,
        ("end of a window, forward", "if ready <= last:", "if True:"),
        ("start of a window, forward", "return max(ready, first)", "return ready"),
        ("second window, forward", "for first, last in starts:", "for first, last in starts[:1]:"),
        ("start of a window, backward", "if first <= latest:", "if True:"),
        ("end of a window, backward", "return min(latest, last)", "return latest"),
        ("second window, backward", "in reversed(starts):", "in starts[-1:]:"),
        (
            "end of a break's window, forward",
            "        if clock > rest.latest_end:\n            return TOO_LATE\n",
            "",
        ),
        (
            "end of a break's window, at a pace",
            "        if clock > rest.latest_end:\n            return Drive(TOO_LATE, seconds)\n",
            "",
        ),
        (
            "start of a break's window, forward",
            "begin = max(clock, rest.earliest_start)\n        clock",
            "begin = clock\n        clock",
        ),
        ("start of a break's window, backward", "if clock < rest.earliest_start:", "if False:"),
        ("end of a break's window, backward", "min(clock, rest.latest_end) - rest", "clock - rest"),
        ("break in the travel, forward", "max(departure + travel + rested, clock)", "max(departure + travel, clock)"),
        ("break in the travel, backward", "min(arrival - travel - rested, clock)", "min(arrival - travel, clock)"),
        ("shift's end", "return finish(frame, calls, travel, pace) <= frame.latest_end", "return True"),
        ("shift's end, backward", "* most + [frame.latest_end]]", "* most + [TOO_LATE]]"),
        ("shift's start", "[[frame.earliest_start] + ", "[[0] + "),
    ),
    *_table(
        ROUTES,
        AGREEMENT,
        ("visits per shift", "if most is not None and len(self.orders[shift]) >= most:", "if False:"),
        ("visits per person and day", ">= limit.most", "> 1_000_000"),
        ("load", "return carried + loads[visit] > instance.capacities[shift]", "return False"),
        ("crew", "if shift not in allowed or self", "if self"),
        ("pinned position", "if not self.instance.has_positions:", "if True:"),
    ),
    *_table(
        MODEL,
        AGREEMENT,
        ("shift's start", "start.SetRange(frame.earliest_start, ", "start.SetRange(0, "),
        ("shift's end", "end.SetRange(frame.earliest_start, frame.latest_end)", "end.SetRange(0, horizon)"),
        ("breaks", "self.time.SetBreakIntervalsOfVehicle(rests, shift, service)", "pass"),
        ("start of a break's window", "                    rest.earliest_start,\n", "                    0,\n"),
        ("end of a break's window", "rest.latest_end - rest.duration,", "horizon,"),
        ("no break before the start", "solver.Add(rests[0].StartExpr() >= start)", "pass"),
        ("no break after the end", "solver.Add(rests[-1].EndExpr() <= end)", "pass"),
        ("visits per shift", "end.SetMax(limit)", "pass"),
        ("visits per person and day", "for person in instance.limits:", "for person in ():"),
        ("load", "if not instance.capacities:", "if True:"),
        ("windows", "cumul.SetRange(starts[0][0], starts[-1][1])", "pass"),
        ("second window", "cumul.RemoveInterval(earlier[1] + 1, later[0] - 1)", "pass"),
        ("crew", "SetValues([-1, *sorted(instance.allowed_shifts[number])])", "SetMin(-1)"),
        ("pinned position", "            if position is not None:\n", "            if False:\n"),
    ),
    *_table(
        INSTANCE,
        AGREEMENT,
        ("pinned place", " and not (visit.pinned and visit.pinned.place_id not in {None, place.id})", ""),
        ("pinned time", "    if pinned is None:\n        return tuple(merged)\n", "    return tuple(merged)\n"),
        ("pinned position", "visit.pinned.position if visit.pinned else None for", "None for"),
        ("windows of the law", "if decision.windows is None else", "if True else"),
        ("visits per person and day", "if collector.max_visits is None:", "if True:"),
        ("visits per shift", "most_visits=tuple(shift.max_visits for", "most_visits=tuple(None for"),
        ("what the law forbids", "    if not decision.allowed:\n        windows = ()\n", ""),
    ),
    *_table(
        SUITABILITY,
        AGREEMENT,
        ("pinned shift", "if pinned in {None, shift.id} and self", "if self"),
        ("skills", "or _missing_skill(visit, shift, members)", ""),
        ("size of the crew", "or _too_small(visit, shift, decision)", ""),
        ("qualification", "or _unqualified(shift, members, decision, days)", ""),
        ("required people", "missing = sorted(visit.required_collectors - crew)", "missing: list[str] = []"),
        ("prohibited people", "barred = sorted(visit.prohibited_collectors & crew)", "barred: list[str] = []"),
    ),
)

CHECKS_REMOVED = (
    *_unchecked(
        "structure.py",
        ("wrong_location", "if stop.location_id != location_id:"),
        ("wrong_status", "if says_none == bool(lookup.problem.visits):"),
        ("wrong_travel_source", "if lookup.plan.travel_source != lookup.travel.source:"),
        ("shift_twice", "if count > 1:"),
        ("unknown_shift", "if shift is None:"),
        ("shift_kept_out", "if route.shift_id in lookup.plan.engine.without_shifts:"),
        ("route_without_visits", "if StopType.VISIT not in types:"),
        ("missing_start and missing_end", "if wanted not in types:"),
        ("stray_visit", "if stop.visit_id is not None or stop.place_id is not None:"),
        ("missing_visit_id", "if stop.visit_id is None:"),
        ("missing_place_id", "if stop.place_id is None:"),
    ),
    *_table(
        CHECKER + "structure.py",
        CHECKS,
        ("other_collectors", "elif sorted(route.collector_ids) != sorted(shift.collector_ids):", "elif False:"),
        ("misplaced_start and misplaced_end", "elif wanted in inner:", "elif False:"),
        ("unknown_visit", "elif stop.visit_id not in lookup.visits:", "elif False:"),
        ("unknown_place", "elif stop.place_id not in lookup.place_owners:", "elif False:"),
        (
            "place_of_another_visit",
            "elif stop.visit_id in lookup.visits and lookup.place_owners[stop.place_id] != stop.visit_id:",
            "elif False:",
        ),
    ),
    *_unchecked(
        "assignment.py",
        ("visit_twice", "if routed > 1:"),
        ("unassigned_twice", "if left_out > 1:"),
        ("routed_and_unassigned", "if routed and left_out:"),
        ("visit_missing", "if not routed and not left_out:"),
        ("unknown_visit", "if visit_id not in lookup.visits:"),
        ("missing_reason", "if not unassigned.reasons:"),
        ("unknown_shift", "if reason.shift_id is not None and reason.shift_id not in lookup.shifts:"),
    ),
    *_unchecked(
        "times.py",
        ("leaves_before_shift", "if elapsed(shift.earliest_start, first) < ZERO:"),
        ("ends_after_shift", "if elapsed(shift.latest_end, last) > overtime:"),
        ("unusable_time", "if not all(is_usable(moment) for moment in times_of(stop)):"),
        ("not_whole_seconds", "if not all(is_whole(span) for span in spans):"),
        ("service_before_arrival", "if waiting < ZERO:"),
        ("waits_outside_visits", "if waiting and stop.type is not StopType.VISIT:"),
        ("wrong_waiting", "if stop.waiting != waiting or stop.waiting < ZERO:"),
        (
            "wrong_departure",
            "if service is not None and elapsed(stop.service_start_time, stop.departure_time) != service:",
        ),
        ("wrong_travel of a start or break", "if stop.travel != ZERO:"),
        ("wrong_meters of a start or break", "if stop.travel_meters != meters:"),
        ("wrong_travel", "if stop.travel != leg.drive.travel:"),
        ("wrong_meters", "if stop.travel_meters != leg.meters:"),
        ("wrong_arrival", "if late:"),
        ("outside_time_window", "if not fits:"),
    ),
    *_unchecked(
        "breaks.py",
        ("missing_break and extra_break", "if len(taken) != len(wanted):"),
        ("outside_break_window", "if not _in_window(stop, rest):"),
        ("wrong_break_duration", "if not _long_enough(stop, rest):"),
        (
            "break_too_early",
            "if after.type is StopType.BREAK and elapsed(before.departure_time, after.service_start_time) < ZERO:",
        ),
        (
            "break_overlaps_service",
            "if before.type is StopType.BREAK and elapsed(before.departure_time, after.service_start_time) < ZERO:",
        ),
    ),
    *_unchecked(
        "people.py",
        ("missing_skill", "if missing_skills:"),
        ("missing_required_collector", "if missing_people:"),
        ("prohibited_collector", "if barred:"),
        ("crew_too_small", "if len(member_ids) < visit.crew_size:"),
        ("collector_in_two_places", "if one.shift_id != other.shift_id and _overlap(one, other):"),
    ),
    *_unchecked(
        "limits.py",
        (
            "shift_visit_limit",
            "if shift is not None and shift.max_visits is not None and count > shift.max_visits:",
        ),
        ("collector_visit_limit", "if limit is not None and count > limit:"),
        ("pinned_to_other_shift", "if pin.shift_id != routed.route.shift_id:"),
        ("pinned_to_other_place", "if pin.place_id is not None and pin.place_id != routed.stop.place_id:"),
        (
            "pinned_to_other_time",
            "if pin.service_start_time is not None"
            " and elapsed(pin.service_start_time, routed.stop.service_start_time) != ZERO:",
        ),
        ("pinned_to_other_position", "if pin.position is not None and pin.position != routed.position:"),
    ),
    *_table(
        CHECKER + "law.py",
        (*CHECKS, "tests/test_planned_together.py"),
        (
            "unlawful",
            "known.reasons[key] = () if question is None else evaluate(rules, question).reasons",
            "known.reasons[key] = ()",
        ),
        (
            "caps among planned visits",
            "if cap.bars and before and before + logged >= cap.params.max_count:",
            "if False:",
        ),
        (
            "planned visits before",
            "if cap.bars and before and before + logged >=",
            "if cap.bars and before and logged >=",
        ),
        ("visits in the log", "before and before + logged >=", "before and before >="),
    ),
    *_table(
        CHECKER + "law.py",
        ("tests/test_place_zones.py",),
        (
            "the clock of the place",
            "lookup.zones[routed.place.location_id]",
            "lookup.problem.time_zone",
        ),
    ),
    *_table(
        "scheduler/eligibility.py",
        ("tests/test_place_zones.py",),
        ("the clock of the place", "return self._zones[place.location_id]", "return self.problem.time_zone"),
        (
            "zones apart where decisions are shared",
            "alike = (place.kind, asking.zone(place))",
            "alike = (place.kind, asking.problem.time_zone)",
        ),
    ),
    *_table(
        "scheduler/eligibility.py",
        ("tests/test_eligibility.py", "tests/test_planned_together.py"),
        ("caps among the visits of a problem", "if cap.bars and room[key] < 1", "if False"),
        ("the log counts with planned visits", "max(1, cap.params.left(cap.facts))", "cap.params.max_count"),
    ),
    *_table(
        SUITABILITY,
        ("tests/test_planned_together.py",),
        ("people whom a notice names", "        or _unannounced(shift, decision)\n", ""),
    ),
    *_unchecked(
        "cost.py",
        ("wrong costs", "if given != derived:"),
        ("bound_above_cost", "if bound is not None and bound > cost:"),
    ),
    *_table(
        CHECKER + "cost.py",
        CHECKS,
        ("unproven_optimum", "elif lookup.plan.status is PlanStatus.OPTIMAL and bound != cost:", "elif False:"),
    ),
    *_table(
        CHECKER + "progress.py",
        ("tests/test_checker_progress.py",),
        ("history_changed", "if route.stops[:count] != progress.stops:", "if False:"),
        (
            "goes_on_when_over",
            "if progress.is_over and any(stop.type is StopType.VISIT for stop in ahead):",
            "if False:",
        ),
        ("not_only_home", "if len(ahead) != 1 or ahead[0].type is not StopType.END or shift", "if shift"),
        ("the way home", "if end.travel != seconds or", "if"),
    ),
    *_unchecked(
        "certificate.py",
        ("no_certificate", "if plan.certificate is None:"),
        ("other_problem", "if certificate.problem_sha256 != problem_sha256:"),
        ("plan_changed", "if certificate.plan_sha256 != plan_sha256:"),
        ("other_rules", "if certificate.rule_packs != tuple(rules.versions):"),
        ("other_checker", "if certificate.checker_version != CHECKER_VERSION:"),
        ("other_scope", "if scope is not None and certificate.scope != scope:"),
        ("other_decision", "if told != found:"),
    ),
)

MUTANTS = (*KERNELS, *ENGINES, *CHECKS_REMOVED)
