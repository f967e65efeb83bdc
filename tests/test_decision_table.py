"""The officer's table: what the rules of China, of the house and of other countries answer, from both sides.

`decisions.csv` is written and read by people. Days are counted from the day of the visit: `phone-21` is a call 21 days
before, `visit-6:met` a visit that met the borrower, `visit-8:vain:PTP@+3` one that ended with a promise for the third
day from now; `disputed:-1` is a circumstance whose last day was yesterday, `CN-VIS-CAP:+0` an exception whose last day
is the day of the visit.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from scheduler.domain.case import Block, Case, Channel, Consent, Contact, Notice, Override
from scheduler.domain.collector import Collector, Qualification
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.load import load_rule_set
from tests.builders import ZONE

TABLE = Path(__file__).parent / "decisions.csv"
UNKNOWN, NONE, NOTHING = "not known", "none", "nothing"
REACHED = {"met": True, "vain": False, "unsaid": None, "": False}
CONTACT = re.compile(r"(\w+?)-(\d+)(?::(met|vain|unsaid))?(?::([A-Z_]+))?(?:@([+-]\d+))?(?::(\w+))?")
LEAST_ROWS = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, with its number as a spreadsheet counts."""

    number: int
    cells: Mapping[str, str]

    @property
    def group(self) -> tuple[str, str]:
        return self.cells["packs"], self.cells["subject of the row"]

    @property
    def day(self) -> date:
        return date.fromisoformat(self.cells["day"])

    def question(self) -> Question:
        hour, minute = map(int, self.cells["begins"].split(":"))
        begin = datetime.combine(self.day, time(hour, minute), tzinfo=ZONE)
        end = begin + timedelta(minutes=int(self.cells["minutes"]))
        return Question(
            place_kind=PlaceKind(self.cells["place"]),
            place_id=self.cells["place"],
            time_zone=ZONE,
            days=(self.day,),
            planned=TimeWindow(earliest_start=begin, latest_end=end),
            crew=tuple(self._collector(word) for word in self.cells["crew"].split()),
            case=self._case(),
        )

    def _case(self) -> Case:
        overdue, person = self.cells["overdue days"], self.cells["person"]
        return Case(
            days_past_due=None if overdue == UNKNOWN else int(overdue),
            subject=None if person == UNKNOWN else person,
            blocks=None if self.cells["blocks"] == UNKNOWN else tuple(map(self._block, self._words("blocks"))),
            contacts=None if self.cells["contacts"] == UNKNOWN else tuple(map(self._contact, self._words("contacts"))),
            consents=tuple(map(self._consent, self._words("said about places"))),
            notices=self._notices(),
            overrides=tuple(map(self._override, self._words("exceptions"))),
        )

    def _words(self, column: str) -> list[str]:
        return [word for word in self.cells[column].split() if word not in (NONE, NOTHING)]

    def _at(self, days: str) -> datetime:
        return datetime.combine(self.day + timedelta(days=int(days)), time(12), tzinfo=ZONE)

    def _block(self, word: str) -> Block:
        code, _, last = word.partition(":")
        return Block(code=code, until=self._at(last).date() if last else None)

    def _override(self, word: str) -> Override:
        rule_id, _, last = word.partition(":")
        return Override(rule_id=rule_id, valid_until=self._at(last).date())

    def _contact(self, word: str) -> Contact:
        found = CONTACT.fullmatch(word)
        assert found, word
        channel, days, reached, outcome, until, kind = found.groups()
        was_visit = channel == Channel.VISIT
        return Contact(
            channel=Channel(channel),
            at=self._at(f"-{days}"),
            reached=REACHED[reached or ""],
            outcome=outcome,
            until=self._at(until).date() if until else None,
            place_kind=(kind or "home") if was_visit else None,
            place_id=(kind or "home") if was_visit else None,
        )

    def _consent(self, word: str) -> Consent:
        found = re.fullmatch(r"(\w+):(yes|no)(-\d+)", word)
        assert found, word
        return Consent(place_kind=found[1], given=found[2] == "yes", at=self._at(found[3]))

    def _notices(self) -> tuple[Notice, ...] | None:
        words = self.cells["notice"]
        if words in (UNKNOWN, NONE):
            return None if words == UNKNOWN else ()
        said = {found[1]: found[2] for found in re.finditer(r"(sent|received|agreed|for)([+-]\d+)", words)}
        named = words.partition("names:")[2]
        day = self._at(said["for"]).date()
        return (
            Notice(
                sent_at=self._at(said["sent"]),
                delivered_at=self._at(said["received"]) if "received" in said else None,
                consented_at=self._at(said["agreed"]) if "agreed" in said else None,
                first_day=day,
                last_day=day,
                collector_ids=frozenset(named.split(",")) - {NONE},
            ),
        )

    def _collector(self, word: str) -> Collector:
        name, _, training = word.partition(":")
        last = {"": "+30", "untrained": ""}.get(training, training.removeprefix("until"))
        held = (Qualification(code="pre-job-training", valid_until=self._at(last).date()),) if last else ()
        return Collector(id=name, qualifications=held)


def the_rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return [Row(number, cells) for number, cells in enumerate(csv.DictReader(lines), start=2)]


ROWS = the_rows()


@pytest.mark.parametrize(("packs", "subject"), dict.fromkeys(row.group for row in ROWS))
def test_every_row_of_the_table_is_answered_as_it_says(packs: str, subject: str) -> None:
    rules = load_rule_set(packs.split())
    wrong = []
    for row in ROWS:
        if row.group != (packs, subject):
            continue
        decision = evaluate(rules, row.question())
        answered = " ".join(name for name, _ in groupby(reason.rule_id for reason in decision.reasons))
        if (row.cells["verdict"] == "yes", row.cells["rules"]) != (decision.allowed, answered):
            wrong.append(f"row {row.number}: {dict(row.cells)} is answered {answered or 'yes'}")
    assert not wrong, "\n".join(wrong)


def test_the_table_is_large_and_has_no_row_twice() -> None:
    assert len(ROWS) >= LEAST_ROWS
    facts = [tuple(value for key, value in row.cells.items() if key not in ("verdict", "rules")) for row in ROWS]
    assert len(set(facts)) == len(facts)


def test_every_rule_that_can_say_no_to_a_visit_says_so_somewhere_in_the_table() -> None:
    said = {name for row in ROWS for name in row.cells["rules"].split()}
    judged = {
        placed.rule.id
        for placed in load_rule_set(("cn-base", "cn-house")).rules
        if Channel.VISIT in placed.rule.applies.channels
        and placed.rule.kind.value not in ("document", "prompt", "recording", "retention", "data_fields")
    }
    assert judged <= said
