"""Texts are read strictly, and no message ever shows one."""

import pytest

from scheduler.documents import read_texts, to_bytes, write_texts
from scheduler.domain.texts import Text
from tests.good_documents import Document, Spoil, as_bytes, drop, faults_of, places_and_codes, put

PERSON = "Zhang Wei"


def a_texts_document() -> Document:
    return {
        "format": "visit-texts/1",
        "texts": {
            "v1": {"name": "王小明", "address": "5 River Road", "note": "rings twice"},
            "v2": {"name": "Li Na"},
            "c1": {},
            "k1": {"name": "穆映雪", "identity_number": "000000199001010017", "phone": "010-5550100"},
        },
    }


def test_texts_are_read_by_id() -> None:
    assert read_texts(as_bytes(a_texts_document())) == {
        "v1": Text(name="王小明", address="5 River Road", note="rings twice"),
        "v2": Text(name="Li Na"),
        "c1": Text(),
        "k1": Text(name="穆映雪", identity_number="000000199001010017", phone="010-5550100"),
    }


def test_texts_written_and_read_are_equal_and_sorted() -> None:
    texts = read_texts(as_bytes(a_texts_document()))
    written = write_texts(texts)
    assert read_texts(to_bytes(written)) == texts
    assert list(written["texts"]) == ["c1", "k1", "v1", "v2"]
    assert written["texts"]["c1"] == {}


TABLE = {
    "another format": (put("format", "visit-plan/1"), "/format", "unknown_format"),
    "no format": (drop("format"), "/format", "field_required"),
    "no texts": (drop("texts"), "/texts", "field_required"),
    "a list of texts": (put("texts", []), "/texts", "wrong_type"),
    "an unknown key": (put("extra", 1), "/extra", "field_unknown"),
    "an unknown kind of text": (put("texts", "v1", "age", PERSON), "/texts/v1/age", "field_unknown"),
    "a text instead of its parts": (put("texts", "v1", PERSON), "/texts/v1", "wrong_type"),
    "a number for a name": (put("texts", "v2", "name", 5), "/texts/v2/name", "wrong_type"),
    "a name for an id": (put("texts", PERSON, {}), "/texts", "bad_id"),
}


@pytest.mark.parametrize(("spoil", "where", "code"), TABLE.values(), ids=TABLE.keys())
def test_a_fault_is_named_by_place_and_code_and_shows_no_text(spoil: Spoil, where: str, code: str) -> None:
    document = a_texts_document()
    spoil(document)
    faults = faults_of(read_texts, as_bytes(document))
    assert places_and_codes(faults) == [(where, code)]
    assert PERSON not in faults[0].message + faults[0].hint + faults[0].where


def test_all_faults_are_reported_at_once() -> None:
    document = a_texts_document()
    document["texts"] |= {"v1": 1, "a b": {}, "v2": {"name": None}}
    assert places_and_codes(faults_of(read_texts, as_bytes(document))) == [
        ("/texts", "bad_id"),
        ("/texts/v1", "wrong_type"),
        ("/texts/v2/name", "wrong_type"),
    ]


def test_half_a_surrogate_pair_in_a_text_is_a_fault() -> None:
    data = rb'{"format": "visit-texts/1", "texts": {"v1": {"name": "\ud83d"}}}'
    assert places_and_codes(faults_of(read_texts, data)) == [("/texts/v1/name", "not_utf8")]
