"""Faults in the progress of a day in a Problem document, each at its place."""

import pytest

from scheduler.documents import read_problem
from tests.good_documents import (
    Document,
    Spoil,
    a_problem_document,
    as_bytes,
    faults_of,
    moment,
    places_and_codes,
    put,
)


def together(*changes: Spoil) -> Spoil:
    def spoil(document: Document) -> None:
        for change in changes:
            change(document)

    return spoil


def has_begun(shift_id: str, *visit_ids: str) -> Spoil:
    """A crew that left the office, and made these visits at their first places."""

    def spoil(document: Document) -> None:
        places = {visit["id"]: visit["places"][0] for visit in document["visits"]}
        at_a_time = {key: moment("09:10") for key in ("arrival_time", "service_start_time", "departure_time")}
        rest = {**at_a_time, "waiting_seconds": 0, "travel_seconds": 0, "travel_meters": None}
        stops: list[Document] = [{"type": "start", "location_id": "office", **rest}]
        for visit_id in visit_ids:
            place = places.get(visit_id, {"id": "v1-home", "location_id": "north"})
            names = {"visit_id": visit_id, "place_id": place["id"], "location_id": place["location_id"]}
            stops.append({"type": "visit", **names, **rest})
        document.setdefault("progress", []).append(
            {"shift_id": shift_id, "stops": stops, "free_at": moment("09:20"), "is_over": True}
        )

    return spoil


BEGUN = {
    "progress of an unknown shift": (has_begun("s9"), "/progress/0/shift_id", "ref_unknown"),
    "progress of a crew told twice": (
        together(has_begun("s1"), has_begun("s1")),
        "/progress/1/shift_id",
        "id_duplicate",
    ),
    "an unknown visit behind a crew": (has_begun("s1", "v9"), "/progress/0/stops/1/visit_id", "ref_unknown"),
    "a visit behind two crews": (
        together(has_begun("s1", "v1"), has_begun("s2", "v1")),
        "/progress/1/stops/1/visit_id",
        "id_duplicate",
    ),
    "a visit at another one's place": (
        together(has_begun("s1", "v1"), put("progress", 0, "stops", 1, "place_id", "v2-other")),
        "/progress/0/stops/1/place_id",
        "ref_unknown",
    ),
    "a stop nowhere": (
        together(has_begun("s1", "v1"), put("progress", 0, "stops", 1, "location_id", "moon")),
        "/progress/0/stops/1/location_id",
        "ref_unknown",
    ),
    "a way that does not begin with its start": (
        together(has_begun("s1"), put("progress", 0, "stops", 0, "type", "break")),
        "/progress/0/stops/0/type",
        "stop_misplaced",
    ),
    "an end that is behind a crew": (
        together(has_begun("s1", "v1"), put("progress", 0, "stops", 1, "type", "end")),
        "/progress/0/stops/1/type",
        "stop_misplaced",
    ),
}


@pytest.mark.parametrize(("spoil", "where", "code"), BEGUN.values(), ids=BEGUN.keys())
def test_a_fault_of_the_progress_is_told_at_its_place(spoil: Spoil, where: str, code: str) -> None:
    document = a_problem_document()
    spoil(document)
    assert places_and_codes(faults_of(read_problem, as_bytes(document))) == [(where, code)]


def test_sound_progress_is_read() -> None:
    document = a_problem_document()
    together(has_begun("s1", "v1"), has_begun("s2", "v2"))(document)
    (first, second) = read_problem(as_bytes(document)).progress
    assert (first.visit_ids, second.visit_ids) == (("v1",), ("v2",))
