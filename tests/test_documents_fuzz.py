"""Whatever stands in a document, it is either read or refused with faults; nothing else ever happens."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.documents import (
    parse_json,
    read_plan,
    read_problem,
    read_texts,
    to_bytes,
    write_plan,
    write_problem,
)
from scheduler.domain.errors import InvalidInput
from tests.builders import ZONE
from tests.good_documents import Document, a_matrix, a_plan_document, a_problem_document, as_bytes

READERS: tuple[Callable[[bytes], object], ...] = (parse_json, read_problem, read_plan, read_texts)


def a_problem_by_matrix() -> Document:
    document = a_problem_document()
    return document | {"travel": a_matrix(document)}


def a_texts_document() -> Document:
    return {"format": "visit-texts/1", "texts": {"v1": {"name": "x"}, "v2": {}}}


GOOD = {
    "problem": (read_problem, a_problem_document()),
    "problem by matrix": (read_problem, a_problem_by_matrix()),
    "plan": (read_plan, a_plan_document()),
    "texts": (read_texts, a_texts_document()),
}

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**18, -(10**18), 10**299, 10**320])
    | st.floats()
    | st.text(st.characters())
    | st.text(st.characters(categories=["Cs"]), max_size=2)
    | st.sampled_from(["v1", "c1", "s1", "office", "2026-12-01T09:00:00+08:00", "2026-12-01T10:00:00Z", "home", "1e5"])
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


def nodes(document: Any) -> list[Any]:
    """All objects and lists of a document that can be changed."""
    found, waiting = [], [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list):
            if node:
                found.append(node)
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return found


def mutate(document: Any, data: st.DataObject) -> None:
    """Change one thing somewhere: another value, a key less, a key more, an entry twice, two values exchanged."""
    places = nodes(document)
    if not places:
        return
    node = data.draw(st.sampled_from(places))
    key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
    other = data.draw(st.sampled_from(places))
    change = data.draw(st.sampled_from(["replace", "remove", "copy", "add"]))
    if change == "remove":
        del node[key]
    elif change == "copy":
        node[key] = copy.deepcopy(other)
    elif change == "add" and isinstance(node, list):
        node.append(copy.deepcopy(node[key]))
    elif change == "add":
        node[data.draw(st.text())] = data.draw(values)
    else:
        node[key] = data.draw(values)


def written(document: object) -> bytes:
    """JSON as a careless program writes it: NaN, Infinity and lone surrogates included."""
    return json.dumps(document).encode()


def read_or_refused(read: Callable[[bytes], object], data: bytes) -> object:
    """What `read` gives, None when it refuses; its faults are well-formed."""
    try:
        return read(data)
    except InvalidInput as refusal:
        faults = refusal.faults
    places = [(fault.where, fault.code) for fault in faults]
    assert places
    assert len(places) == len(set(places))
    for fault in faults:
        assert fault.code.isidentifier()
        assert fault.message
        assert fault.where == "" or fault.where.startswith("/")
        assert (fault.where + fault.message + fault.hint).isprintable()
    return None


@given(st.binary(max_size=200), st.sampled_from(READERS))
def test_any_bytes_are_read_or_refused(data: bytes, read: Callable[[bytes], object]) -> None:
    read_or_refused(read, data)


@given(st.text(st.sampled_from('[]{}",:0123456789.eE+-\\ untrfalsN"'), max_size=80))
def test_what_the_strict_reader_accepts_python_reads_alike(text: str) -> None:
    value = read_or_refused(parse_json, text.encode())
    if value is not None:
        assert value == json.loads(text)


@given(values, st.sampled_from(READERS))
def test_any_json_value_is_read_or_refused(value: object, read: Callable[[bytes], object]) -> None:
    read_or_refused(read, written(value))


@pytest.mark.parametrize(("read", "good"), GOOD.values(), ids=GOOD.keys())
@given(data=st.data())
def test_a_document_with_any_value_for_a_top_key_is_read_or_refused(
    read: Callable[[bytes], object], good: Document, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(good)))
    read_or_refused(read, written(good | {key: data.draw(values)}))


@pytest.mark.parametrize(("read", "good"), GOOD.values(), ids=GOOD.keys())
@given(data=st.data())
def test_a_document_changed_in_places_is_read_or_refused(
    read: Callable[[bytes], object], good: Document, data: st.DataObject
) -> None:
    document = copy.deepcopy(good)
    for _ in range(data.draw(st.integers(1, 4))):
        mutate(document, data)
    read_or_refused(read, written(document))


@given(data=st.data())
def test_a_changed_problem_that_is_still_read_survives_writing(data: st.DataObject) -> None:
    document = a_problem_document()
    mutate(document, data)
    try:
        problem = read_problem(written(document))
    except InvalidInput:
        return
    assert read_problem(to_bytes(write_problem(problem))) == problem


@given(data=st.data())
def test_a_changed_plan_that_is_still_read_survives_writing(data: st.DataObject) -> None:
    document = a_plan_document()
    mutate(document, data)
    try:
        plan = read_plan(written(document))
    except InvalidInput:
        return
    assert read_plan(to_bytes(write_plan(plan, ZONE))) == plan


def test_the_good_documents_are_read() -> None:
    for read, document in GOOD.values():
        assert read(as_bytes(document))
