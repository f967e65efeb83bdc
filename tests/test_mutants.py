"""A constraint taken out of an engine makes a test fail, and the tool that takes them out tells the truth."""

import pytest

from benchmarks.mutants import ROOT, MutantsFailed, all_pass_unchanged, mutated, survives
from benchmarks.mutations import MUTANTS, Mutant

BY_TITLE = {mutant.title: mutant for mutant in MUTANTS}
JUDGED_HERE = (
    "scheduler/checker/people.py: prohibited_collector",
    "scheduler/solver/kernels/labels.py: end of a window, forward",
    "scheduler/solver/routing_model.py: pinned position",
)
"""Some of each engine; `make mutants` judges all."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.title)
def test_what_a_mutant_replaces_stands_there_exactly_once(mutant: Mutant) -> None:
    source = (ROOT / mutant.path).read_text(encoding="utf-8")
    assert mutated(mutant, source) != source
    assert all((ROOT / test).is_file() for test in mutant.tests)


def test_no_two_mutants_are_the_same() -> None:
    assert len({(mutant.path, mutant.old, mutant.new) for mutant in MUTANTS}) == len(MUTANTS)
    assert len(BY_TITLE) == len(MUTANTS)


def test_no_test_named_for_a_mutant_fails_where_nothing_is_missing() -> None:
    assert all_pass_unchanged({test for title in JUDGED_HERE for test in BY_TITLE[title].tests})


@pytest.mark.parametrize("title", JUDGED_HERE)
def test_a_mutant_is_killed(title: str) -> None:
    assert not survives(BY_TITLE[title])


def test_a_mutant_from_which_nothing_is_missing_survives() -> None:
    intact = BY_TITLE["scheduler/checker/people.py: prohibited_collector"]
    assert survives(intact._replace(new=intact.old, tests=("tests/test_checker_people.py",)))


@pytest.mark.parametrize("source", ["", "if barred:\n    pass\nif barred:\n    pass\n"])
def test_a_replacement_that_does_not_match_once_is_an_error(source: str) -> None:
    with pytest.raises(MutantsFailed, match=r"stands there (0|2) times"):
        mutated(BY_TITLE["scheduler/checker/people.py: prohibited_collector"], source)
