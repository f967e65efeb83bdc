"""The fixture city: what its files say, and that the generator still makes them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.cli.demo import AS_OF
from api.importing import Imported, import_files
from fixtures.generate_city import COMMITTED, DAY, generate, main
from scheduler.documents import to_bytes, write_problem
from scheduler.domain.case import Case, Channel
from scheduler.domain.location import Coordinates
from scheduler.domain.plan import ReasonCode
from scheduler.domain.problem import Problem
from scheduler.domain.visit import PlaceKind, Visit
from scheduler.eligibility import decide
from scheduler.planning import explain_visit
from scheduler.rules.decision import Decision
from scheduler.rules.kinds.subject_block import SubjectBlockParams
from scheduler.rules.load import available_packs, load_rule_set
from tests.sheets import a_case_row, imported, sheets

PACKS = ("cn-base", "cn-house")


@pytest.fixture(scope="module")
def city() -> Imported:
    return import_files(sorted(COMMITTED.glob("*.csv")), DAY, rule_packs=PACKS, as_of=AS_OF)


@pytest.fixture(scope="module")
def decisions(city: Imported) -> Mapping[str, Mapping[str, Decision]]:
    return decide(city.problem, load_rule_set(PACKS))


def case_of(visit: Visit) -> Case:
    assert visit.case is not None
    return visit.case


def count(problem: Problem, condition: Callable[[Visit], bool]) -> int:
    return sum(condition(visit) for visit in problem.visits)


def block_codes(visit: Visit) -> set[str]:
    return {block.code for block in case_of(visit).blocks or () if block.until is None or block.until >= DAY}


def phone_calls(visit: Visit) -> int:
    return sum(contact.channel is Channel.PHONE for contact in case_of(visit).contacts or ())


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((COMMITTED / name).read_text("utf-8-sig"), newline="")))


def with_code(visits: Iterable[str], problem: Problem, code: ReasonCode) -> int:
    """How many of the visits have this reason first."""
    return sum(explain_visit(problem, visit_id, None).reasons[0].code is code for visit_id in visits)


def test_the_committed_files_are_what_the_generator_makes() -> None:
    assert {path.name: path.read_bytes() for path in COMMITTED.glob("*.csv")} == generate()


def test_another_seed_makes_another_city_of_the_same_size(tmp_path: Path) -> None:
    main(["--seed", "7", "--directory", str(tmp_path / "city")])

    other = {path.name: path.read_bytes() for path in (tmp_path / "city").iterdir()}
    assert other == generate(seed=7)
    assert other["cases.csv"] != generate()["cases.csv"]
    assert len(import_files(sorted((tmp_path / "city").iterdir()), DAY).problem.visits) == 80


@pytest.mark.parametrize(("cases", "collectors"), [(3, 2), (300, 60)])
def test_cities_of_other_sizes_can_be_imported(tmp_path: Path, cases: int, collectors: int) -> None:
    main(["--cases", str(cases), "--collectors", str(collectors), "--directory", str(tmp_path)])

    problem = import_files(sorted(tmp_path.iterdir()), DAY).problem

    assert (len(problem.visits), len(problem.collectors), len(problem.shifts)) == (cases, collectors, collectors // 2)


def test_there_are_eighty_cases_sixteen_collectors_eight_crews_of_two_and_two_offices(city: Imported) -> None:
    problem = city.problem

    assert problem.time_zone == ZoneInfo("Asia/Shanghai")
    assert (len(problem.visits), len(problem.collectors), len(problem.shifts)) == (80, 16, 8)
    assert {len(shift.collector_ids) for shift in problem.shifts} == {2}
    assert len({collector for shift in problem.shifts for collector in shift.collector_ids}) == 16
    assert {shift.start_location_id for shift in problem.shifts} == {"W01", "W02"}
    hours = Counter(f"{shift.earliest_start:%H:%M}-{shift.latest_end:%H:%M}" for shift in problem.shifts)
    assert hours == {"09:00-18:00": 5, "11:00-20:00": 3}
    assert all(rest.duration == timedelta(minutes=45) for shift in problem.shifts for rest in shift.breaks)
    assert all(len(shift.breaks) == 1 for shift in problem.shifts)


def test_the_city_lies_within_thirteen_by_eleven_kilometers_but_for_one_farm(city: Imported) -> None:
    points = [location.coordinates for location in city.problem.locations if location.coordinates is not None]

    def is_inside(point: Coordinates) -> bool:
        north_km = (point.latitude_degrees - 31.2) * 111.195
        east_km = (point.longitude_degrees - 112.8) * 95.11
        return abs(north_km) <= 5.5 and abs(east_km) <= 6.5

    assert len(points) - sum(map(is_inside, points)) == 1
    assert max(point.latitude_degrees for point in points) - min(point.latitude_degrees for point in points) > 0.08


def test_circumstances_that_bar_a_visit_are_on_record(city: Imported) -> None:
    codes = Counter(code for visit in city.problem.visits for code in block_codes(visit))

    assert codes == {"disputed": 2, "hardship": 2, "represented_by_lawyer": 2}
    assert count(city.problem, lambda visit: case_of(visit).blocks is None) == 1
    assert count(city.problem, lambda visit: bool(case_of(visit).blocks) and not block_codes(visit)) == 1


def test_some_borrowers_were_hardly_contacted_and_some_are_not_the_right_person(city: Imported) -> None:
    problem = city.problem
    subjects = Counter(case_of(visit).subject for visit in problem.visits)

    assert count(problem, lambda visit: case_of(visit).contacts == ()) == 1
    assert count(problem, lambda visit: phone_calls(visit) == 1) == 2
    assert subjects == {"debtor": 76, "guarantor": 2, "third_person": 1, None: 1}


def test_workplaces_come_with_consent_with_refusal_or_without_an_answer(city: Imported) -> None:
    def workplace_answer(visit: Visit) -> tuple[bool, bool | None] | None:
        kinds = {place.kind for place in visit.places}
        if PlaceKind.WORKPLACE not in kinds:
            return None
        answers = [consent.given for consent in case_of(visit).consents if consent.place_kind == PlaceKind.WORKPLACE]
        return PlaceKind.HOME in kinds, answers[0] if answers else None

    answers = Counter(map(workplace_answer, city.problem.visits))

    assert answers == {
        None: 63,
        (True, True): 8,
        (True, False): 4,
        (True, None): 3,
        (False, False): 1,
        (False, None): 1,
    }


def test_single_cases_ask_for_what_is_rare_or_impossible(city: Imported) -> None:
    problem = city.problem
    not_geocoded = {location.id for location in problem.locations if location.coordinates is None}
    skills = {skill for collector in problem.collectors for skill in collector.skills}

    assert count(problem, lambda visit: visit.places[0].location_id in not_geocoded) == 1
    assert count(problem, lambda visit: bool(visit.required_skills - skills)) == 1
    assert count(problem, lambda visit: bool(visit.required_skills & skills)) == 3
    assert count(problem, lambda visit: visit.crew_size == 3) == 1
    assert count(problem, lambda visit: visit.pinned is not None) == 1
    assert count(problem, lambda visit: bool(visit.required_collectors)) == 2
    assert count(problem, lambda visit: bool(visit.preferred_collectors)) == 2
    assert count(problem, lambda visit: bool(visit.prohibited_collectors)) == 2
    evenings = [visit for visit in problem.visits if visit.places[0].time_windows[0].earliest_start.hour == 18]
    assert len(evenings) == 8


def test_two_crews_may_not_visit_for_want_of_training(city: Imported) -> None:
    trained = {collector.id for collector in city.problem.collectors if collector.is_qualified("pre-job-training", DAY)}

    barred = [shift.id for shift in city.problem.shifts if not set(shift.collector_ids) <= trained]

    assert len(trained) == 14
    assert barred == ["B1201-4", "B1201-6"]


def test_fourteen_cases_are_barred_and_each_by_the_rule_that_is_meant(
    decisions: Mapping[str, Mapping[str, Decision]],
) -> None:
    barred = {
        visit_id: {reason.rule_id for decision in places.values() for reason in decision.reasons}
        for visit_id, places in decisions.items()
        if not any(decision.allowed for decision in places.values())
    }

    rules = Counter(rule for rule_ids in barred.values() for rule in rule_ids)
    assert len(barred) == 14
    # The case that nobody checked for circumstances is barred by all three rules about them.
    assert rules == {"CN-CARD-69": 3, "CN-CRIM-1": 1, "CN-BLK-1": 5, "CN-LADDER-1": 3, "CN-3P-1": 2, "CN-PLACE-1": 2}


def test_every_reason_that_no_plan_can_change_is_shown_by_a_case(
    city: Imported, decisions: Mapping[str, Mapping[str, Decision]]
) -> None:
    allowed = [visit_id for visit_id, places in decisions.items() if any(place.allowed for place in places.values())]
    impossible = [visit_id for visit_id in allowed if explain_visit(city.problem, visit_id, None).reasons]

    assert len(allowed) - len(impossible) == 61
    assert with_code(impossible, city.problem, ReasonCode.LOCATION_UNGEOCODED) == 1
    assert with_code(impossible, city.problem, ReasonCode.MISSING_SKILL) == 1
    assert with_code(impossible, city.problem, ReasonCode.CREW_TOO_SMALL) == 1
    assert with_code(impossible, city.problem, ReasonCode.QUALIFICATION_EXPIRED) == 1
    assert with_code(impossible, city.problem, ReasonCode.NO_COMMON_TIME_WINDOW) == 1


def test_all_phones_are_of_the_range_that_belongs_to_nobody() -> None:
    text = b"".join(path.read_bytes() for path in COMMITTED.glob("*.csv")).decode("utf-8")

    phones = re.findall(r"(?<!\d)1\d{10}(?!\d)", text)

    assert phones
    assert all(phone.startswith("1990000") for phone in phones)


def test_nobody_can_be_found_in_the_problem(city: Imported) -> None:
    document = to_bytes(write_problem(city.problem)).decode("utf-8")

    personal = {row["姓名"] for row in rows("cases.csv") + rows("collectors.csv")}
    personal |= {row["地址"] for row in rows("places.csv") + rows("offices.csv")}
    personal |= {row["备注"] for row in rows("cases.csv")} - {""}
    assert len(personal) > 190
    assert document.isascii()
    assert not [text for text in personal if text in document]
    assert personal == {
        part for text in city.texts.values() for part in (text.name, text.address, text.note) if part
    } - {row["名称"] for row in rows("offices.csv")}


def test_every_circumstance_that_the_packs_know_can_be_imported(tmp_path: Path) -> None:
    reasons = {
        reason
        for pack in load_rule_set(available_packs()).packs
        for rule in pack.rules
        if isinstance(rule.params, SubjectBlockParams)
        for reason in rule.params.reasons
    }
    every = a_case_row("C1", 冻结原因=";".join(sorted(reasons)))

    case = case_of(imported(tmp_path, sheets(cases=[every, a_case_row("C2")])).problem.visits[0])

    assert {block.code for block in case.blocks or ()} == reasons
