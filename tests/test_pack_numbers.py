"""No number of the law can be changed unnoticed: each one moved by a unit makes an example of its pack fail.

A clock time is moved by a minute, a count of people, contacts or days by one, both ways. How long records are kept has
no verdict, hence no example; those years stand here a second time.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import accumulate
from typing import NamedTuple

import pytest

from scheduler.domain.errors import InvalidInput
from scheduler.rules.calendar import Calendar, read_calendar
from scheduler.rules.kinds.requirement import RetentionParams
from scheduler.rules.load import available_packs, read_version
from scheduler.rules.pack_reader import read_pack

RULES = files("scheduler.rules")
NUMBER = re.compile(r'(?<=[a-z] = )(?:\d+|"\d\d:\d\d")(?=[ ,}\n])')
END_OF_DAY = 24 * 60

YEARS_KEPT: Mapping[str, tuple[int, int | None]] = {
    "CN-3P-3": (2, None),
    "CN-CFC-1": (5, None),
    "CN-PI-4": (3, None),
    "CN-PI-3": (2, 5),
    "US-REC-1": (3, None),
    "US-REC-1-CALLS": (3, None),
    "NYC-REC-1": (3, None),
}


class Number(NamedTuple):
    """A number of a rule, where it stands in the text of its pack."""

    pack: str
    rule: str
    begin: int
    end: int
    text: str

    def moved_by(self, unit: int) -> str:
        """The number, written as before, a minute or a count away."""
        if not self.text.startswith('"'):
            return str(int(self.text) + unit)
        hour, minute = map(int, self.text.strip('"').split(":"))
        hour, minute = divmod(hour * 60 + minute + unit, 60)
        return f'"{hour:02d}:{minute:02d}"'


def text_of(pack: str) -> str:
    return (RULES / "packs" / f"{pack}.toml").read_text(encoding="utf-8")


def numbers_of(pack: str) -> Iterator[Number]:
    """The numbers in the `params` of all rules."""
    rule, in_table = "", False
    lines = text_of(pack).splitlines(keepends=True)
    for line, begin in zip(lines, accumulate(map(len, lines), initial=0), strict=False):
        if line.startswith("["):
            in_table = line.startswith("[rules.params")
        if found := re.match(r'id = "(.+)"', line):
            rule = found[1]
        if in_table or line.startswith("params = "):
            yield from (
                Number(pack, rule, begin + one.start(), begin + one.end(), one.group()) for one in NUMBER.finditer(line)
            )


def counted(value: object) -> int:
    """How many numbers and clock times there are in what a TOML file says."""
    if isinstance(value, dict):
        return sum(map(counted, value.values()))
    if isinstance(value, list):
        return sum(map(counted, value))
    if isinstance(value, str):
        return bool(re.fullmatch(r"\d\d:\d\d", value))
    return isinstance(value, int) and not isinstance(value, bool)


def calendar(name: str) -> Calendar:
    return read_calendar(name, (RULES / "calendars" / f"{name}.toml").read_bytes())


def is_noticed(number: Number, unit: int) -> bool:
    """Whether the pack is refused, or keeps records for other years than it should."""
    text = text_of(number.pack)
    changed = text[: number.begin] + number.moved_by(unit) + text[number.end :]
    try:
        pack = read_pack(number.pack, changed.encode(), calendar)
    except InvalidInput as refused:
        return all(f"/rules/{number.rule}/" in fault.where for fault in refused.faults)
    rule = next(rule for rule in pack.rules if rule.id == number.rule)
    return isinstance(rule.params, RetentionParams) and years_of(rule.params) != YEARS_KEPT[rule.id]


def years_of(params: RetentionParams) -> tuple[int, int | None]:
    return params.keep_min_years, params.delete_after_years


@pytest.mark.parametrize("pack", available_packs())
def test_every_number_of_a_pack_is_seen(pack: str) -> None:
    rules = tomllib.loads(text_of(pack))["rules"]
    assert sum(counted(rule["params"]) for rule in rules) == len(list(numbers_of(pack)))


@pytest.mark.parametrize("pack", available_packs())
def test_every_number_of_a_pack_moved_by_one_unit_is_noticed(pack: str) -> None:
    unnoticed = [
        f"{number.rule}: {number.text} as {number.moved_by(unit)}"
        for number in numbers_of(pack)
        for unit in (-1, 1)
        if not is_noticed(number, unit)
    ]
    assert not unnoticed, "\n".join(unnoticed)


def test_records_are_kept_for_the_years_that_the_officer_wrote_down() -> None:
    kept = {
        rule.id: years_of(rule.params)
        for pack in available_packs()
        for rule in read_version(pack).rules
        if isinstance(rule.params, RetentionParams)
    }
    assert kept == YEARS_KEPT
