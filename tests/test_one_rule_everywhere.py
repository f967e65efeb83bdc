"""Who may not be visited in the fixture city: import, `visits why` and the checker name the same rules, in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from fixtures.generate_city import COMMITTED, DAY
from scheduler.documents import read_problem
from scheduler.domain.plan import Cost, Engine, Plan, PlanStatus, Route, Stop, StopType
from scheduler.domain.problem import Problem
from tests.builders import time
from tests.command import plan_file, visits

LANGUAGES = ("en", "zh-CN")
TABLES = sorted(COMMITTED.glob("*.csv"))
IS_CHINESE = re.compile("[\u4e00-\u9fff]")
TRAINED = "B1201-1"
"""A crew of two that may visit."""

Told = Mapping[str, set[tuple[str, str]]]
"""For each case the rules that say no, each with its sentence."""


@dataclass(frozen=True, kw_only=True)
class City:
    """The fixture city as it was imported, and who may not be visited by what the import says."""

    path: Path
    problem: Problem
    left_out: Mapping[str, Told]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    path = tmp_path_factory.mktemp("city") / "problem.json"
    words = ("--date", str(DAY), "--as-of", f"{time('18:00', DAY.replace(month=11, day=27)):%Y-%m-%d %H:%M}")
    answers = {
        language: visits(
            "import", *TABLES, *words, "--rule-packs", "cn-base,cn-house", "--language", language, "-o", path
        )
        for language in LANGUAGES
    }
    left_out = {language: _rows_of(answer.out) for language, answer in answers.items()}
    return City(path=path, problem=read_problem(path.read_bytes()), left_out=left_out)


def _rows_of(table: str) -> Told:
    found: dict[str, set[tuple[str, str]]] = {}
    for line in table.splitlines():
        if line.startswith("YX26-"):
            case, rule_id, sentence = line.split(maxsplit=2)
            found.setdefault(case, set()).add((rule_id, sentence.rstrip()))
    return found


def rules_of(told: set[tuple[str, str]]) -> set[str]:
    return {rule_id for rule_id, _ in told}


def why(city: City, visit_id: str, language: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What `visits why` says of the places, and what it gives as reasons, in one language."""
    answer = visits("why", city.path, visit_id, "--language", language, "--json").document()
    key = "zh" if language == "zh-CN" else "en"
    layers = (place[layer] for place in answer["places"] for layer in ("law", "borrower"))
    of_places = {(one["rule_id"], one[key]) for layer in layers for one in layer["reasons"]}
    return of_places, {(reason["rule_id"], reason["sentence"]) for reason in answer["reasons"]}


def a_plan_that_takes_it_in(problem: Problem, visit_id: str, place_id: str) -> Plan:
    """One visit at ten o'clock, whatever the law says."""
    (visit,) = (one for one in problem.visits if one.id == visit_id)
    (place,) = (one for one in visit.places if one.id == place_id)
    (shift,) = (one for one in problem.shifts if one.id == TRAINED)
    begin = time("10:00", DAY)
    start = Stop(
        type=StopType.START,
        location_id=shift.start_location_id,
        arrival_time=begin,
        service_start_time=begin,
        departure_time=begin,
    )
    call = replace(
        start,
        type=StopType.VISIT,
        location_id=place.location_id,
        departure_time=begin + visit.service_duration,
        visit_id=visit_id,
        place_id=place_id,
    )
    return Plan(
        status=PlanStatus.FEASIBLE,
        cost=Cost(travel_seconds=0, preference_penalty_seconds=0, unassigned_penalty_seconds=0),
        travel_source="great_circle",
        engine=Engine(name="hand", version="1", seed=0, iterations=1),
        routes=(Route(shift_id=shift.id, collector_ids=shift.collector_ids, stops=(start, call)),),
        unassigned=(),
    )


def refused(city: City, visit_id: str, language: str, folder: Path) -> set[tuple[str, str]]:
    """What `visits check` says of plans that take the case in, at each of its places."""
    (visit,) = (one for one in city.problem.visits if one.id == visit_id)
    found: set[tuple[str, str]] = set()
    for place in visit.places:
        plan = plan_file(folder, a_plan_that_takes_it_in(city.problem, visit_id, place.id), city.problem)
        answer = visits("check", city.path, plan, "--language", language, "--json")
        assert answer.code == 1
        found |= {
            (one["rule_id"], one["message"]) for one in answer.document()["violations"] if one["code"] == "unlawful"
        }
    return found


def test_the_import_leaves_out_fourteen_cases_in_both_languages(city: City) -> None:
    english, chinese = (city.left_out[language] for language in LANGUAGES)
    assert len(english) == 14
    assert {case: rules_of(told) for case, told in english.items()} == {
        case: rules_of(told) for case, told in chinese.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_case_left_out_by_the_import_is_answered_alike_by_why_and_the_checker(
    city: City, language: str, tmp_path: Path
) -> None:
    for visit_id, told in city.left_out[language].items():
        of_places, reasons = why(city, visit_id, language)
        assert of_places == told
        # One sentence for each rule stands for all that it has to say.
        assert reasons <= told
        assert rules_of(reasons) == rules_of(told)
        assert refused(city, visit_id, language, tmp_path) == told


def test_every_sentence_is_told_in_its_own_language(city: City) -> None:
    for language in LANGUAGES:
        sentences = [sentence for told in city.left_out[language].values() for _, sentence in told]
        assert [bool(IS_CHINESE.search(sentence)) for sentence in sentences] == [language == "zh-CN"] * len(sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_in_words_names_the_rules_and_sentences_of_the_import(city: City, language: str) -> None:
    for visit_id, told in city.left_out[language].items():
        shown = visits("why", city.path, visit_id, "--language", language).out
        assert all(rule_id in shown and sentence in shown for rule_id, sentence in told)


def test_the_checker_refuses_no_case_that_the_import_lets_through(city: City, tmp_path: Path) -> None:
    through = [visit for visit in city.problem.visits if visit.id not in city.left_out["en"]]
    for visit in through[::11]:
        answers = [
            visits("check", city.path, plan_file(tmp_path, plan, city.problem), "--json").document()["violations"]
            for place in visit.places
            for plan in (a_plan_that_takes_it_in(city.problem, visit.id, place.id),)
        ]
        assert not all(any(one["code"] == "unlawful" for one in found) for found in answers)
