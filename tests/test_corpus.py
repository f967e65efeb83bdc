"""The corpus of bad inputs is whole: each of its 120 numbers stands in a table of inputs, or has a test of its own."""

from importlib import import_module

import pytest

from tests.test_bad_inputs import DOCUMENTS, ITEMS
from tests.test_bad_requests import BAD

WHOLE = frozenset(range(1, 121))
# Numbers that are no row of a table: the test that proves each.
ELSEWHERE = {
    29: "test_bad_inputs:test_29_a_body_that_is_too_large_is_refused_before_it_is_read",
    30: "test_bad_inputs:test_30_a_compressed_body_and_one_of_no_known_length_are_refused",
    31: "test_bad_inputs:test_31_a_body_that_ends_too_early_keeps_nothing",
    32: "test_bad_inputs:test_32_the_same_files_twice_name_the_first_import",
    61: "test_bad_days:test_61_a_point_far_from_its_address_is_told_by_row_and_field",
    72: "test_bad_days:test_72_a_time_without_its_offset_is_refused_where_it_stands",
    73: "test_bad_days:test_73_a_time_in_another_offset_is_the_same_moment",
    95: "test_bad_days:test_95_a_letter_that_is_not_valid_keeps_the_crew_from_the_door",
    96: "test_bad_days:test_96_to_98_what_the_law_forbids_is_not_published_and_its_rule_is_named",
    97: "test_bad_days:test_96_to_98_what_the_law_forbids_is_not_published_and_its_rule_is_named",
    98: "test_bad_days:test_96_to_98_what_the_law_forbids_is_not_published_and_its_rule_is_named",
    110: "test_service_cases:test_a_change_names_the_revision_that_it_changes",
    113: "test_bad_requests:test_headers_that_are_too_long_are_refused",
    114: "test_bad_requests:test_a_body_that_never_arrives_is_waited_for_no_longer_than_allowed",
    115: "test_bad_requests:test_two_ways_of_saying_how_long_a_body_is_are_refused",
    117: "test_bad_requests:test_a_problem_with_nothing_to_plan_is_refused",
    119: "test_bad_requests:test_a_job_that_has_ended_cannot_be_cancelled",
    120: "test_bad_days:test_120_to_publish_twice_is_to_publish_once",
}
# What a row of the tables proves in part: its other half is a test.
ALSO = {
    4: "test_bad_inputs:test_4_and_5_the_encoding_that_was_used_is_reported",
    57: "test_bad_days:test_57_points_of_another_datum_are_suspected_when_they_lie_from_their_addresses_as_it_does",
    111: "test_idempotency:test_a_key_with_another_request_is_refused",
    112: "test_bad_requests:test_head_and_options_are_answered",
    116: "test_bad_requests:test_more_jobs_than_may_wait_are_refused",
}


def test_every_number_of_the_corpus_is_proven() -> None:
    in_tables = {one.number for one in ITEMS} | {one.number for one in BAD} | {number for number, *_ in DOCUMENTS}

    assert in_tables | set(ELSEWHERE) == WHOLE
    assert not in_tables & set(ELSEWHERE)


@pytest.mark.parametrize("proof", sorted({*ELSEWHERE.values(), *ALSO.values()}))
def test_every_proof_that_is_named_exists(proof: str) -> None:
    module, _, name = proof.partition(":")
    assert callable(getattr(import_module(f"tests.{module}"), name))
