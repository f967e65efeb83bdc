"""Bytes that are not strict JSON are refused before anything is built from them."""

import gzip
from collections.abc import Callable

import pytest

from scheduler.documents import parse_json, read_plan, read_problem, read_texts
from scheduler.documents.strict_json import MAX_BYTES, MAX_DEPTH, MAX_MEMBERS
from scheduler.domain.errors import InvalidInput
from tests.good_documents import a_problem_document, as_bytes, faults_of, places_and_codes

REFUSED = {
    "nothing": (b"", "", "not_json"),
    "half a document": (b'{"a": [1, 2', "", "not_json"),
    "two documents": (b"{} {}", "", "not_json"),
    "a comment": (b"{} // fine", "", "not_json"),
    "a tab inside a text": (b'["a\tb"]', "", "not_json"),
    "a leading zero": (b"[01]", "", "not_json"),
    "full-width digits": ('{"a": １}'.encode(), "", "not_json"),
    "an open text full of brackets": (b'"[[[[[[[[[[[[[[[[[[[[[[[[[[[', "", "not_json"),
    "Latin-1": (b'["\xe9"]', "", "not_utf8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "", "not_utf8"),
    "GBK": ('{"a": "城"}'.encode("gbk"), "", "not_utf8"),
    "half a surrogate pair": (rb'{"a": ["\ud800"]}', "/a/0", "not_utf8"),
    "half a surrogate pair in a key": (rb'{"a": {"\udfff": 1}}', "/a/…", "not_utf8"),
    "a key given twice": (b'{"a": {"b": 1, "b": 1}}', "/a/b", "duplicate_key"),
    "a key given three times": (b'[{"b": 1, "b": 2, "b": 3}]', "/0/b", "duplicate_key"),
    "a key written in two ways": (rb'{"a": 1, "\u0061": 2}', "/a", "duplicate_key"),
    "NaN": (b'{"a": [0, NaN]}', "/a/1", "not_finite"),
    "Infinity": (b"Infinity", "", "not_finite"),
    "minus Infinity": (b"[-Infinity]", "/0", "not_finite"),
    "a float beyond all floats": (b"[1, 1e999]", "/1", "not_finite"),
    "301 digits": (b"[" + b"1" * 301 + b"]", "/0", "number_range"),
    "5,000 digits": (b'{"a/b": ' + b"9" * 5_000 + b"}", "/a~1b", "number_range"),
    "301 digits behind the point": (b"[0." + b"1" * 301 + b"]", "/0", "number_range"),
    "21 levels": (b"[" * 21 + b"]" * 21, "", "too_deep"),
    "21 levels of objects": (b'{"a":' * 21 + b"1" + b"}" * 21, "", "too_deep"),
    "20,000 levels": (b"[" * 20_000, "", "too_deep"),
    "levels behind a text that ends in a backslash": (b'["\\\\",' + b"[" * 20_000, "", "too_deep"),
    "millions of lists": (b"[" + b"[]," * 4_000_000 + b"[]]", "", "too_many"),
    "broken gzip": (b"\x1f\x8b\x08 and then nonsense", "", "not_gzip"),
    "half a gzip": (gzip.compress(b"[1, 2, 3]" * 100)[:-9], "", "not_gzip"),
    "nonsense behind the gzip": (gzip.compress(b"[]") + b"nonsense", "", "not_gzip"),
}


@pytest.mark.parametrize(("data", "where", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_strict_json_is_refused(data: bytes, where: str, code: str) -> None:
    assert places_and_codes(faults_of(parse_json, data)) == [(where, code)]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
        (b'["' + b"[" * 1_000 + b'"]', ["[" * 1_000]),
        (rb'["\"[[[[[[[[[[[[[[[[[[[[[[[\\"]', ['"' + "[" * 23 + "\\"]),
        (b"[" + b"1" * 300 + b"]", [int("1" * 300)]),
        (rb'["\ud83d\ude00"]', ["😀"]),
        ('\ufeff{"a": "城"}'.encode(), {"a": "城"}),
        (b'[-0.0, 1e-999, null, true, ""]', [0.0, 0.0, None, True, ""]),
        (gzip.compress(b"[1,") + gzip.compress(b"2]"), [1, 2]),
    ],
    ids=[
        "20 levels",
        "brackets in a text",
        "escaped quotes",
        "300 digits",
        "a whole surrogate pair",
        "a byte order mark",
        "odd values",
        "gzip in two members",
    ],
)
def test_what_is_strict_json_is_read(data: bytes, value: object) -> None:
    parsed = parse_json(data)
    assert value is None or parsed == value


def test_all_flaws_of_the_json_are_reported_together_with_those_of_the_document() -> None:
    data = as_bytes(a_problem_document() | {"extra": 1}).replace(b'"detour_factor": 1.4', b'"detour_factor": NaN')
    data = data.replace(b'"priority": 70', b'"priority": 70, "priority": 71')
    assert places_and_codes(faults_of(read_problem, data)) == [
        ("/travel/detour_factor", "not_finite"),
        ("/visits/0/priority", "duplicate_key"),
        ("/extra", "field_unknown"),
    ]


def test_an_object_with_too_many_keys_is_refused_as_a_whole() -> None:
    data = b'{"a": {' + b",".join(b'"%d":0' % number for number in range(MAX_MEMBERS + 1)) + b"}}"
    assert places_and_codes(faults_of(parse_json, data)) == [("/a", "too_many")]


def test_a_small_gzip_that_unfolds_beyond_the_limit_is_refused() -> None:
    bomb = gzip.compress(bytes(MAX_BYTES + 1), compresslevel=1)
    assert len(bomb) < MAX_BYTES // 100
    assert places_and_codes(faults_of(parse_json, bomb)) == [("", "too_large")]


def test_gzip_members_are_limited_together() -> None:
    half = gzip.compress(bytes(MAX_BYTES // 2 + 1), compresslevel=1)
    assert places_and_codes(faults_of(parse_json, half + half)) == [("", "too_large")]


def test_a_plain_document_beyond_the_limit_is_refused() -> None:
    assert places_and_codes(faults_of(parse_json, bytes(MAX_BYTES + 1))) == [("", "too_large")]


@pytest.mark.parametrize("read", [read_problem, read_plan, read_texts], ids=lambda read: read.__name__)
def test_every_document_is_read_by_the_strict_reader(read: Callable[[bytes], object]) -> None:
    assert places_and_codes(faults_of(read, b"[" * 20_000)) == [("", "too_deep")]


def test_a_refusal_carries_nothing_of_the_document() -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_json(b'{"name": "Zhang Wei"')
    assert refusal.value.__context__ is None
    assert "Zhang" not in str(refusal.value)
