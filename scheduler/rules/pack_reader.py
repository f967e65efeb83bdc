"""Reads one pack file; a pack with any fault, a failing example included, is refused with all its faults."""

import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduler.domain.case import Actor, Channel
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.visit import PlaceKind
from scheduler.rules.applies import Applies
from scheduler.rules.calendar import Calendar
from scheduler.rules.evaluate import evaluate
from scheduler.rules.fields import Fields
from scheduler.rules.kinds import KINDS, KindName
from scheduler.rules.kinds.requirement import RequirementParams
from scheduler.rules.question import Question
from scheduler.rules.rule_pack import (
    ADDRESS_ZONE,
    Basis,
    Effective,
    Expected,
    PackStatus,
    Rule,
    RulePack,
    RuleSet,
    Seen,
    Source,
    Strength,
)

_EXAMPLE_ADDRESS_ZONE = ZoneInfo("UTC")


def read_pack(name: str, data: bytes, calendars: Callable[[str], Calendar | None]) -> RulePack:
    """Read a pack and run its examples.

    Args:
        name: The pack's name; the file must say the same.
        data: The TOML file.
        calendars: Gives the calendar of a name, None when there is none.

    Raises:
        InvalidInput: With every fault of the file, each at a place such as `cn-base/rules/CN-HRS-1/params/start`.
    """
    try:
        table = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput([Fault(where=name, code="invalid_toml", message=str(error))]) from None
    faults: list[Fault] = []
    fields = Fields(table, name, faults)
    pack = _read_pack(name, fields, calendars, hashlib.sha256(data).hexdigest())
    if faults:
        raise InvalidInput(faults)
    return pack


def _read_pack(name: str, fields: Fields, calendars: Callable[[str], Calendar | None], sha256: str) -> RulePack:
    if fields.text("pack") not in ("", name):
        fields.fault("pack", "name_mismatch", f"the file is called `{name}`, but says another name")
    calendar = _read_calendar_name(fields, calendars)
    time_zone = _read_time_zone(fields)
    effective = _read_effective(fields)
    status = fields.choice("status", PackStatus)
    if status is PackStatus.RETIRED and effective.last is None:
        fields.fault("effective_to", "missing", "a retired pack says up to which day it judged")
    rules = _read_rules(fields, effective, time_zone, calendar)
    pack = RulePack(
        name=name,
        version=fields.text("version"),
        jurisdiction=fields.text("jurisdiction"),
        extends=fields.texts("extends") if fields.has("extends") else (),
        time_zone=time_zone,
        calendar=calendar,
        status=status,
        effective=effective,
        supersedes=fields.optional_text("supersedes"),
        rules=rules,
        sha256=sha256,
    )
    fields.finish()
    return pack


def _read_calendar_name(fields: Fields, calendars: Callable[[str], Calendar | None]) -> Calendar | None:
    """A pack pins the bytes of its calendar, so that the pack's own hash covers the dates it judges by."""
    if not fields.has("calendar"):
        return None
    name, pinned = fields.text("calendar"), fields.text("calendar_sha256")
    calendar = calendars(name) if name else None
    if calendar is None:
        fields.fault("calendar", "unknown_calendar", f"there is no calendar `{name}`")
    elif pinned and pinned != calendar.sha256:
        hint = f"Check the dates, then give {calendar.sha256} and a new version of the pack."
        fields.fault(
            "calendar_sha256", "calendar_changed", f"the calendar `{name}` is not the one that was pinned", hint
        )
    return calendar


def _read_time_zone(fields: Fields) -> str:
    name = fields.text("time_zone")
    if name in ("", ADDRESS_ZONE):
        return ADDRESS_ZONE
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "Give an IANA name such as Asia/Shanghai, or `address` for the zone of the place visited."
        fields.fault("time_zone", "tz_unknown", f"`{name}` is no time zone", hint)
        return ADDRESS_ZONE
    return name


def _read_effective(fields: Fields) -> Effective:
    effective = Effective(first=fields.day("effective_from"), last=fields.optional_day("effective_to"))
    if effective.last is not None and effective.last < effective.first:
        fields.fault("effective_to", "reversed_dates", f"it ends on {effective.last}, before {effective.first}")
    return effective


def _read_rules(
    fields: Fields, pack_effective: Effective, time_zone: str, calendar: Calendar | None
) -> tuple[Rule, ...]:
    tables = fields.tables("rules", name_key="id")
    if fields.has("rules") and not tables:
        fields.fault("rules", "no_rules", "a pack has at least one rule")
    found = [_read_rule(table, pack_effective, time_zone, calendar) for table in tables]
    rules = tuple(rule for rule in found if rule is not None)
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            fields.fault(f"rules/{rule.id}", "duplicate_rule", f"the rule {rule.id} stands twice in the pack")
        seen.add(rule.id)
    return rules


def _read_rule(fields: Fields, pack_effective: Effective, time_zone: str, calendar: Calendar | None) -> Rule | None:
    faults_before = len(fields.faults)
    rule_id = fields.text("id")
    kind = fields.choice("kind", KindName)
    if len(fields.faults) > faults_before and fields.faults[-1].where.endswith("/kind"):
        return None
    strength, basis = _read_strength(fields, kind), fields.choice("basis", Basis)
    if basis in (Basis.STATUTE, Basis.REGULATION) and strength is not Strength.HARD:
        fields.fault("strength", "cannot_be_softened", f"a rule that rests on a {basis} is hard")
    titles = fields.table("title")
    zh, en = titles.text("zh"), titles.text("en")
    titles.finish()
    applies, source, effective = _read_applies(fields), _read_source(fields), _read_effective(fields)
    table = fields.table("params")
    params = KINDS[kind].read(table, calendar)
    table.finish()
    rule = Rule(
        id=rule_id,
        kind=kind,
        strength=strength,
        basis=basis,
        title_zh=zh,
        title_en=en,
        applies=applies,
        params=params,
        source=source,
        effective=effective,
    )
    _run_examples(fields, rule, pack_effective, time_zone, is_whole=len(fields.faults) == faults_before)
    fields.finish()
    return rule


def _read_strength(fields: Fields, kind: KindName) -> Strength:
    strength = fields.choice("strength", Strength)
    if strength is not Strength.HARD:
        fields.fault("strength", "strength_not_judged", f"a rule of the kind {kind} cannot be {strength}, only hard")
    return strength


def _read_applies(fields: Fields) -> Applies:
    """Without `applies` a rule is about visits to every kind of place, by everybody and for every product."""
    if not fields.has("applies"):
        return Applies()
    table, default = fields.table("applies"), Applies()
    applies = Applies(
        place_kinds=_choices(table, "place_kinds", PlaceKind) or default.place_kinds,
        channels=_choices(table, "channels", Channel) or default.channels,
        actors=_choices(table, "actors", Actor),
        products=frozenset(table.texts("products")) if table.has("products") else default.products,
    )
    table.finish()
    return applies


def _choices[Word: StrEnum](table: Fields, key: str, words: type[Word]) -> frozenset[Word]:
    """The words of an optional key; none without it."""
    return frozenset(table.choices(key, words)) if table.has(key) else frozenset()


def _read_source(fields: Fields) -> Source:
    table = fields.table("source")
    source = Source(
        title=table.text("title"),
        locator=table.text("locator"),
        url=table.optional_text("url"),
        seen=table.choice("seen", Seen),
        checked_on=table.day("checked_on"),
    )
    if source.url is not None and not source.url.startswith(("https://", "http://")):
        table.fault("url", "wrong_value", "a source's address starts with https:// or http://")
    table.finish()
    return source


def _run_examples(fields: Fields, rule: Rule, pack_effective: Effective, time_zone: str, *, is_whole: bool) -> None:
    """Read the examples, and run them when the rule itself is without fault; without a verdict there are none."""
    if isinstance(rule.params, RequirementParams):
        return
    examples = fields.tables("examples")
    expected = [example.choice("expect", Expected) for example in examples]
    missing = [word for word in Expected if word not in expected]
    if fields.has("examples") and missing:
        fields.fault(
            "examples", "one_sided_examples", f"no example expects {' or '.join(missing)}", "Give one of each."
        )
    if not is_whole:
        return
    for example, word in zip(examples, expected, strict=True):
        _run_example(example, word, rule, pack_effective, time_zone)


def _run_example(fields: Fields, expected: Expected, rule: Rule, pack_effective: Effective, time_zone: str) -> None:
    faults_before = len(fields.faults)
    given = fields.table("given")
    day = given.optional_day("date") or max(rule.effective.first, pack_effective.first)
    zone = _EXAMPLE_ADDRESS_ZONE if time_zone == ADDRESS_ZONE else ZoneInfo(time_zone)
    question = rule.params.example(given, day, zone)
    given.finish()
    fields.finish()
    if len(fields.faults) > faults_before:
        return
    if not (rule.effective.holds(day) and pack_effective.holds(day)):
        given.fault("date", "not_in_force", f"the rule is not in force on {day}")
        return
    decision = evaluate(RuleSet.of((_pack_of(rule, time_zone),)), _about(rule, question))
    answered = Expected.ALLOW if decision.allowed else Expected.DENY
    if answered is not expected:
        why = decision.reasons[0].en if decision.reasons else "no rule says no"
        fields.fault("expect", "example_failed", f"the example expects {expected}, the rule answers {answered}: {why}")


def _about(rule: Rule, question: Question) -> Question:
    """The question of an example, about what the rule judges where the example does not say."""
    topic = rule.applies.example()
    kind = question.place_kind if question.place_kind in rule.applies.place_kinds else topic.place_kind
    case = question.case and replace(question.case, actor=topic.actor, product=topic.product)
    return replace(question, place_kind=kind, channel=topic.channel, case=case)


def _pack_of(rule: Rule, time_zone: str) -> RulePack:
    """A pack of one rule, in force on every day, for running that rule's examples."""
    return RulePack(
        name="example",
        version="example",
        jurisdiction="",
        extends=(),
        time_zone=time_zone,
        calendar=None,
        status=PackStatus.DRAFT,
        effective=Effective(first=date.min, last=None),
        supersedes=None,
        rules=(rule,),
        sha256="",
    )
