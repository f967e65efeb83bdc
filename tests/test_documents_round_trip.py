"""What is written is read back as it was, and its hash follows its content and nothing else."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from scheduler.documents import (
    canonical_sha256,
    plan_sha256,
    problem_sha256,
    read_plan,
    read_problem,
    to_bytes,
    write_plan,
    write_problem,
)
from scheduler.domain.case import Block, Case, Channel, Consent, Contact
from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.expected_contacts import ExpectedContacts
from scheduler.domain.location import Location
from scheduler.domain.plan import Stop, StopType
from scheduler.domain.problem import GreatCircleTravel, History, MatrixTravel, Objective, Problem, RoadTravel
from scheduler.domain.travel import Profile
from scheduler.domain.visit import Pin, PlaceKind, PriorityPart
from tests.builders import (
    ZONE,
    a_break,
    a_case,
    a_collector,
    a_duty,
    a_place,
    a_problem,
    a_shift,
    a_visit,
    at,
    line_travel_with_walkers,
    time,
    window,
)
from tests.good_documents import Document, a_matrix, a_plan_document, a_problem_document, as_bytes
from tests.parts import require_bench_instances

CAR_LINE = GreatCircleTravel(detour_factor=1.35, speed_kmh=28.0, overhead=timedelta(seconds=60))
_ALWAYS = ((100,) * 24,) * 7


def a_rich_problem() -> Problem:
    """Every field of the domain at another value than its default."""
    problem = a_problem(
        [
            a_visit("plain"),
            a_visit(
                "rich",
                priority=90,
                priority_parts=(PriorityPart(code="given", points=90),),
                mandatory=True,
                penalty_minutes=0,
                skills={"b", "a"},
                crew_size=2,
                required={"c1"},
                preferred={"c2", "c1"},
                prohibited={"c3"},
                places=(
                    a_place("p1", 3, window("09:00", "10:00"), preference_minutes=5),
                    a_place("p2", 4, kind=PlaceKind.WORKPLACE),
                ),
                pinned=Pin(shift_id="s1", place_id="p2", service_start_time=time("10:00"), position=2),
                case=a_case(blocks=(Block(code="disputed", until=date(2026, 12, 24)), Block(code="hardship"))),
            ),
            a_visit("pinned-to-a-crew", pinned=Pin(shift_id="s1")),
            a_visit("unknown-facts", case=Case()),
            a_visit("no-facts", case=a_case(blocks=(), contacts=(), consents=(), days_past_due=0)),
        ],
        [a_shift("s1", "c1", "c2", breaks=(a_break("11:00", "13:00"),), max_visits=0, profile=Profile.FOOT)],
        [
            a_collector("c1", skills={"a"}, max_visits=0, not_with={"c3"}),
            a_collector("c2", is_new=True),
            a_collector("c3", trained_until=None),
        ],
        duties=[
            a_duty("c2", start="18:30", end="20:00", max_visits=0),
            a_duty("c3", breaks=(a_break("11:00", "13:00"),)),
        ],
        standing_crews=(frozenset({"c1", "c2"}),),
        rule_packs=("cn-base", "cn-house"),
        objective=Objective(
            non_preferred_collector=timedelta(minutes=10),
            lawful_margin=timedelta(),
            overtime_weight=1.5,
            max_overtime=timedelta(minutes=30),
            waiting_weight=0.125,
            unfairness_weight=2.0,
            change_of_collector=timedelta(minutes=5),
            change_of_plan=timedelta(minutes=4),
            expected_contacts=ExpectedContacts(
                missed_contact=timedelta(hours=1), home=_ALWAYS, workplace=_ALWAYS, other=((0,) * 24,) * 7
            ),
        ),
        history=History(
            working={"c2": timedelta(hours=7), "c1": timedelta()},
            last_collectors={"rich": frozenset({"c9", "c1"}), "plain": frozenset()},
        ),
        hour_factors=(*(1.0,) * 23, 0.5),
    )
    return replace(
        problem,
        travel=line_travel_with_walkers(),
        locations=(*problem.locations[:-1], Location(id="l30", coordinates=None, time_zone=ZoneInfo("Asia/Urumqi"))),
        published_plan=read_plan(as_bytes(a_plan_document())),
        progress=(
            CrewProgress(
                shift_id="s1",
                stops=(
                    a_stop(StopType.START, at(0), time("08:55")),
                    replace(a_stop(StopType.VISIT, at(1), time("09:07")), visit_id="plain", place_id="plain-home"),
                ),
                free_at=time("09:40"),
                is_over=True,
            ),
        ),
    )


def a_stop(kind: StopType, location_id: str, moment: datetime) -> Stop:
    return Stop(
        type=kind, location_id=location_id, arrival_time=moment, service_start_time=moment, departure_time=moment
    )


def test_a_problem_written_and_read_is_equal_in_every_field() -> None:
    problem = a_rich_problem()
    read = read_problem(to_bytes(write_problem(problem)))
    assert read == problem
    assert read.document_sha256 == canonical_sha256(write_problem(problem))


@pytest.mark.parametrize(
    "travel",
    [
        CAR_LINE,
        replace(CAR_LINE, profiles={Profile.BICYCLE: CAR_LINE, Profile.FOOT: replace(CAR_LINE, speed_kmh=4.0)}),
        line_travel_with_walkers(),
        RoadTravel(network="taipei", fallback=True),
        RoadTravel(network="taipei"),
    ],
    ids=repr,
)
def test_every_source_of_travel_survives_writing(travel: GreatCircleTravel | MatrixTravel | RoadTravel) -> None:
    problem = replace(a_problem([a_visit("v1")]), travel=travel)
    assert read_problem(to_bytes(write_problem(problem))) == problem


def test_a_document_that_was_read_is_written_stably() -> None:
    once = write_problem(read_problem(as_bytes(a_problem_document())))
    assert write_problem(read_problem(to_bytes(once))) == once
    assert list(write_problem(read_problem(to_bytes(once)))) == list(once)


def test_the_order_of_a_set_does_not_change_what_is_written() -> None:
    first = a_problem([a_visit("v1", skills={"x", "y", "z"})])
    second = a_problem([a_visit("v1", skills={"z", "y", "x"})])
    assert to_bytes(write_problem(first)) == to_bytes(write_problem(second))


def test_what_a_document_says_stands_in_the_problem() -> None:
    problem = read_problem(as_bytes(a_problem_document()))
    visit, barred, unknown = problem.visits
    assert problem.rule_packs == ("cn-base",)
    assert problem.locations[2].coordinates is None
    assert problem.objective == Objective(
        non_preferred_collector=timedelta(minutes=10),
        lawful_margin=timedelta(minutes=2),
        overtime_weight=2.0,
        max_overtime=timedelta(minutes=30),
        waiting_weight=0.25,
        unfairness_weight=0.001,
        change_of_collector=timedelta(seconds=700),
        change_of_plan=timedelta(seconds=800),
        expected_contacts=ExpectedContacts(
            missed_contact=timedelta(hours=1),
            home=((*(40,) * 17, *(70,) * 7),) * 7,
            workplace=((60,) * 24,) * 7,
            other=((50,) * 24,) * 7,
        ),
    )
    assert problem.history == History(
        working={"c1": timedelta(hours=10), "c3": timedelta()},
        last_collectors={"v1": frozenset({"c1", "who-left"})},
    )
    assert problem.published_plan == read_plan(as_bytes(a_plan_document()))
    assert problem.collectors[0].is_qualified("pre-job-training", date(2027, 6, 30))
    assert problem.shifts[0].window == window("09:00", "18:00")
    assert problem.shifts[0].breaks[1] == a_break("12:00", "16:00", minutes=15)
    assert visit.places[0].time_windows == (window("09:00", "12:00"), window("17:00", "20:00"))
    assert visit.unassigned_penalty == timedelta(seconds=9000)
    assert visit.pinned == Pin(shift_id="s1", place_id="v1-home", service_start_time=time("09:30"), position=1)
    assert barred.case == Case(
        days_past_due=45,
        subject="debtor",
        blocks=(Block(code="disputed", until=date(2026, 12, 24)), Block(code="hardship")),
        contacts=(Contact(channel=Channel.PHONE, at=datetime(2026, 11, 10, 3, tzinfo=UTC), reached=False),),
        consents=(Consent(place_kind="home", given=True, at=time("10:00", date(2026, 11, 1))),),
    )
    assert unknown.case == Case(blocks=(), contacts=())


def test_what_is_left_out_has_its_default() -> None:
    document = a_problem_document()
    for key in ("rule_packs", "objective", "history", "published_plan"):
        del document[key]
    problem = read_problem(as_bytes(document))
    assert problem.rule_packs == ("cn-base",)
    assert problem.objective == Objective()
    assert problem.history is None
    assert problem.published_plan is None
    assert problem.hour_factors == ()
    assert problem.visits[1].priority == 50
    assert problem.visits[1].crew_size == 1
    assert problem.shifts[1].max_visits is None


def test_no_rule_packs_at_all_is_not_the_default() -> None:
    document = a_problem_document() | {"rule_packs": []}
    problem = read_problem(as_bytes(document))
    assert problem.rule_packs == ()
    assert read_problem(to_bytes(write_problem(problem))).rule_packs == ()


def test_a_matrix_is_read_with_its_holes() -> None:
    document = a_problem_document()
    document["travel"] = a_matrix(document)
    problem = read_problem(as_bytes(document))
    assert problem.hour_factors == (*(1.0,) * 17, 1.5, 1.25, *(1.0,) * 5)
    assert write_problem(problem)["travel"] == document["travel"]


def test_hour_factors_that_are_all_1_are_none() -> None:
    document = a_problem_document()
    document["travel"]["hour_factors"] = [1] * 12 + [1.0] * 12
    problem = read_problem(as_bytes(document))
    assert problem.hour_factors == ()
    assert "hour_factors" not in write_problem(problem)["travel"]


@pytest.mark.parametrize("history", [{}, {"working_seconds": {}}, {"last_collectors": {}}, None], ids=repr)
def test_a_history_that_says_nothing_is_none(history: Document | None) -> None:
    problem = read_problem(as_bytes(a_problem_document() | {"history": history}))
    assert problem.history is None
    assert "history" not in write_problem(problem)


def test_what_a_published_plan_says_of_visits_and_shifts_that_ended_is_kept() -> None:
    document = a_problem_document()
    document["published_plan"]["routes"][0]["shift_id"] = "s-of-yesterday"
    document["published_plan"]["routes"][0]["stops"][1] |= {"visit_id": "v-cancelled", "place_id": "gone"}
    published = read_problem(as_bytes(document)).published_plan
    assert published is not None
    assert published.routes[0].visit_ids == ("v-cancelled",)


@pytest.mark.parametrize("text", ["2026-12-01T01:00:00Z", "2026-11-30T20:00:00-05:00", "2026-12-01T09:00:00.000+08:00"])
def test_any_offset_is_read_and_converted_into_the_zone_of_the_problem(text: str) -> None:
    document = a_problem_document()
    document["shifts"][0]["earliest_start"] = text
    shift = read_problem(as_bytes(document)).shifts[0]
    assert shift.earliest_start.isoformat() == "2026-12-01T09:00:00+08:00"
    assert isinstance(shift.earliest_start.tzinfo, ZoneInfo)


def test_a_zipped_document_reads_and_hashes_like_the_plain_one() -> None:
    data = as_bytes(a_problem_document())
    plain, zipped = read_problem(data), read_problem(gzip.compress(data))
    assert plain == zipped
    assert problem_sha256(plain) == problem_sha256(zipped)


def test_the_hash_of_a_document_ignores_layout_and_order_but_no_value() -> None:
    document = a_problem_document()
    shuffled = dict(reversed(document.items()))
    spread = json.dumps(shuffled, indent=4).encode()
    expected = problem_sha256(read_problem(as_bytes(document)))
    assert problem_sha256(read_problem(spread)) == expected
    document["visits"][0]["priority"] = 71
    assert problem_sha256(read_problem(as_bytes(document))) != expected


def test_the_canonical_form_is_sorted_without_spaces_in_utf_8() -> None:
    # Computed apart: printf '{"a":[1,null],"b":"城"}' | sha256sum
    expected = "8687fc678ddb5d0621b66c0c8244bf0a03b9aa6557f74302ad3c83532915ed25"
    assert canonical_sha256({"b": "城", "a": [1, None]}) == expected


def test_a_problem_built_in_memory_hashes_like_its_document() -> None:
    problem = a_rich_problem()
    assert problem.document_sha256 is None
    assert problem_sha256(problem) == problem_sha256(read_problem(to_bytes(write_problem(problem))))


def test_a_plan_read_and_written_says_the_same_as_before() -> None:
    document = a_plan_document()
    assert write_plan(read_plan(as_bytes(document)), ZONE) == document


def test_a_plan_written_and_read_is_equal() -> None:
    plan = read_plan(as_bytes(a_plan_document()))
    assert read_plan(to_bytes(write_plan(plan, ZONE))) == plan


def test_a_plan_is_written_in_the_zone_of_the_problem() -> None:
    document = a_plan_document()
    document["routes"][0]["stops"][0]["arrival_time"] = "2026-12-01T01:00:00Z"
    plan = read_plan(as_bytes(document))
    assert plan.routes[0].stops[0].arrival_time.utcoffset() == timedelta()
    assert write_plan(plan, ZONE) == a_plan_document()


def test_the_hash_of_a_plan_leaves_the_certificate_out_and_nothing_else() -> None:
    plan = read_plan(as_bytes(a_plan_document()))
    document = a_plan_document()
    del document["certificate"]
    assert plan_sha256(plan, ZONE) == canonical_sha256(document)
    assert plan_sha256(replace(plan, certificate=None), ZONE) == plan_sha256(plan, ZONE)
    assert plan_sha256(replace(plan, travel_source="matrix"), ZONE) != plan_sha256(plan, ZONE)


def test_optional_keys_without_content_are_left_out_of_a_plan() -> None:
    document = a_plan_document()
    for key in list(document["cost"])[3:]:
        document["cost_seconds"] -= document["cost"].pop(key)
    for key in ("without_shifts", "note", "lower_bound_seconds"):
        del document["engine"][key]
    for key in ("lawful_from", "lawful_until"):
        del document["certificate"]["decisions"][0][key]
    assert write_plan(read_plan(as_bytes(document)), ZONE) == document
    for certificate in (a_plan_document()["certificate"] | {"decisions": []}, None):
        document["certificate"] = certificate
        assert write_plan(read_plan(as_bytes(document)), ZONE) == document
    document["certificate"] = a_plan_document()["certificate"]
    del document["certificate"]["decisions"]
    assert write_plan(read_plan(as_bytes(document)), ZONE) == document


def test_a_fraction_of_a_second_is_refused_and_not_cut_off() -> None:
    visit = replace(a_visit("v1"), service_duration=timedelta(seconds=1.5))
    with pytest.raises(ValueError, match="whole seconds"):
        write_problem(a_problem([visit]))
    late = time("09:00") + timedelta(milliseconds=1)
    with pytest.raises(ValueError, match="whole seconds"):
        write_problem(a_problem([a_visit("v1", pinned=Pin(shift_id="s1", service_start_time=late))]))


def test_a_file_is_readable_json_with_a_newline_at_its_end() -> None:
    document = a_problem_document() | {"note": "城"}
    data = to_bytes(document)
    assert json.loads(data) == document
    assert data.endswith(b"}\n")
    assert "城".encode() in data
    assert max(map(len, data.decode().splitlines())) <= 120


def test_times_with_a_fixed_offset_are_written_in_the_zone() -> None:
    east = timezone(timedelta(hours=9))
    pin = Pin(shift_id="s1", service_start_time=datetime(2026, 12, 1, 10, 30, tzinfo=east))
    document = write_problem(a_problem([a_visit("v1", pinned=pin)]))
    assert document["visits"][0]["pinned"]["service_start_time"] == "2026-12-01T09:30:00+08:00"


def test_the_benchmark_instances_are_read_and_survive_writing() -> None:
    for path in require_bench_instances():
        problem = read_problem(path.read_bytes())
        assert len(problem.visits) == int(path.name.split("-")[1])
        assert read_problem(to_bytes(write_problem(problem))) == problem
