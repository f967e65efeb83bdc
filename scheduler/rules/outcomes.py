"""The closed list of what a visit can end with, on one day."""

from collections.abc import Mapping
from datetime import date

from scheduler.rules.kinds.outcome import OutcomeCode, OutcomeParams, PlaceEffect
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet

__all__ = ["OutcomeCode", "PlaceEffect", "outcome_codes"]

# Packs of law alone say nothing of outcomes; visits under them end with the codes of this one.
_HOUSE = ("cn-base", "cn-house")


def outcome_codes(rules: RuleSet, day: date) -> Mapping[str, OutcomeCode]:
    """The codes that the packs know on a local day, by code; those of the house where the packs know none."""
    return _in_force(rules, day) or _in_force(load_rule_set(_HOUSE), day)


def _in_force(rules: RuleSet, day: date) -> Mapping[str, OutcomeCode]:
    return {
        name: code
        for placed in rules.rules
        if isinstance(placed.rule.params, OutcomeParams) and placed.in_force(day)
        for name, code in placed.rule.params.codes.items()
    }
