"""How long it takes to judge many cases on one core, in memory, with the sentences of every reason."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from scheduler.domain.case import Block, Case, Channel, Consent, Contact
from scheduler.domain.visit import PlaceKind
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.load import load_rule_set

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 12, 1)
PACKS = ("cn-base", "cn-house")
CONTACTS = 10
OUTCOMES = ("NOT_HOME", "NOT_HOME", "PTP", "REFUSED_TALK", "MOVED")
BLOCKS = ("disputed", "hardship", "open_complaint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One number of cases, judged.

    Attributes:
        cases: How many.
        seconds: Of processor time.
        allowed: How many may be visited.
    """

    cases: int
    seconds: float
    allowed: int


def judge(counts: tuple[int, ...], seed: int) -> Iterator[Pass]:
    """Make so many cases with ten contacts each, and judge each at its home on one day."""
    rules = load_rule_set(PACKS)
    for count in counts:
        random = Random(seed)  # noqa: S311 - made-up cases
        questions = [_question(random) for _ in range(count)]
        began = time.process_time()
        allowed = sum(evaluate(rules, question).allowed for question in questions)
        yield Pass(cases=count, seconds=time.process_time() - began, allowed=allowed)


def _question(random: Random) -> Question:
    return Question(
        place_kind=PlaceKind.HOME,
        place_id="home",
        time_zone=ZONE,
        days=(DAY,),
        case=_case(random),
        notices_from=DAY - timedelta(days=7),
    )


def _case(random: Random) -> Case:
    return Case(
        days_past_due=random.randrange(120),
        subject=random.choice(("debtor", "debtor", "debtor", "guarantor", "third_person")),
        person=f"p{random.randrange(10**9)}",
        blocks=tuple(Block(code=random.choice(BLOCKS)) for _ in range(random.random() < 0.1)),
        contacts=tuple(_contact(random) for _ in range(CONTACTS)),
        consents=(Consent(place_kind="home", given=random.random() < 0.95, at=datetime(2026, 11, 1, tzinfo=UTC)),),
        notices=(),
    )


def _contact(random: Random) -> Contact:
    channel = random.choice((Channel.PHONE, Channel.PHONE, Channel.PHONE, Channel.SMS, Channel.PUSH, Channel.VISIT))
    at = datetime(2026, 11, 30, 4, tzinfo=UTC) - timedelta(hours=random.randrange(24 * 60))
    if channel is not Channel.VISIT:
        return Contact(channel=channel, at=at, reached=random.random() < 0.2)
    return Contact(channel=channel, at=at, reached=False, place_kind="home", outcome=random.choice(OUTCOMES))
