"""Finds packs and calendars, and puts packs together: base before overlay, combined so that more packs only tighten."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path

from scheduler.domain.errors import Fault, InvalidInput
from scheduler.rules.calendar import Calendar, read_calendar
from scheduler.rules.kinds.time_window import TimeWindowParams
from scheduler.rules.pack_reader import read_pack
from scheduler.rules.rule_pack import PlacedRule, RulePack, RuleSet

_SUFFIX = ".toml"
_VERSION_MARK = "@"


def available_packs() -> tuple[str, ...]:
    """The names of all packs, sorted."""
    return tuple(sorted({stem.split(_VERSION_MARK)[0] for stem in _pack_stems()}))


def load_rule_set(names: Sequence[str]) -> RuleSet:
    """Load packs and the packs that they extend.

    Args:
        names: In any order; a pack named twice counts once. No names give the empty set, which allows everything.

    Returns:
        The same set for the same names.

    Raises:
        InvalidInput: For unknown names (`unknown_rule_pack`, at `/rule_packs/0`), or with the faults of the packs.
    """
    known = available_packs()
    faults = [
        Fault(
            where=f"/rule_packs/{position}",
            code="unknown_rule_pack",
            message=f"there is no rule pack {name!r}",
            hint=f"Known are {', '.join(known)}.",
        )
        for position, name in enumerate(names)
        if name not in known
    ]
    if faults:
        raise InvalidInput(faults)
    return _load(tuple(dict.fromkeys(names)))


def versions_of(name: str) -> tuple[RulePack, ...]:
    """The versions of a pack, the oldest first.

    Raises:
        InvalidInput: There is no such pack, or it has faults.
    """
    return tuple(pack for pack in load_rule_set((name,)).packs if pack.name == name)


def read_version(text: str) -> RulePack:
    """One version of a pack: by its name, `NAME` or `NAME@VERSION`, or by the path of a file that is no pack yet.

    Raises:
        InvalidInput: Neither a known pack nor a readable file, or a file with faults.
    """
    path = Path(text)
    if path.suffix == _SUFFIX and path.is_file():
        return read_pack(path.stem.split(_VERSION_MARK)[0], path.read_bytes(), _calendar)
    name, _, version = text.partition(_VERSION_MARK)
    versions = _versions(name) if name in available_packs() else ()
    found = [pack for pack in versions if version in ("", pack.version)]
    if not found:
        known = ", ".join(f"{one}{_VERSION_MARK}{pack.version}" for one in available_packs() for pack in _versions(one))
        message = f"there is no rule pack {text[:64]!r}"
        raise InvalidInput([Fault(where="PACK", code="unknown_rule_pack", message=message, hint=f"Known are {known}.")])
    return found[-1]


def with_version(rules: RuleSet, pack: RulePack) -> RuleSet:
    """The same packs with one of them, of the same name, in another version.

    Raises:
        InvalidInput: The packs do not fit together then.
    """
    names = [one.name for one in rules.packs]
    if pack.name not in names:
        return rules
    first = names.index(pack.name)
    others = [one for one in rules.packs if one.name != pack.name]
    return combine([*others[:first], pack, *others[first:]])


def combine(packs: Iterable[RulePack]) -> RuleSet:
    """Put packs together that were read one by one.

    Args:
        packs: Each after the packs that it extends; a pack may be there in several versions.

    Raises:
        InvalidInput: When versions of one pack are in force on the same day, a rule stands in two packs, a base is
            missing, or two rules leave no hour in common.
    """
    ordered = tuple(packs)
    rules = RuleSet.of(ordered)
    faults = [
        *_base_faults(ordered),
        *_version_faults(ordered),
        *_duplicate_faults(rules),
        *(fault for one, other in combinations(rules.rules, 2) for fault in _common_hour_faults(one, other)),
    ]
    if faults:
        raise InvalidInput(faults)
    return rules


def check_packs() -> tuple[Fault, ...]:
    """Load every pack with its bases; the faults of all of them, each once."""
    found: dict[Fault, None] = {}
    for name in available_packs():
        try:
            load_rule_set((name,))
        except InvalidInput as refused:
            found.update(dict.fromkeys(refused.faults))
    return tuple(found)


@cache
def _load(names: tuple[str, ...]) -> RuleSet:
    packs: dict[str, tuple[RulePack, ...]] = {}
    for name in names:
        _add(name, packs, asked_by="")
    return combine(pack for versions in packs.values() for pack in versions)


def _add(name: str, packs: dict[str, tuple[RulePack, ...]], *, asked_by: str) -> None:
    """Add a pack after the packs that it extends."""
    if name in packs:
        return
    if name not in available_packs():
        raise InvalidInput([_unknown_base(asked_by, name)])
    packs[name] = ()  # marks the name, so that packs that extend each other end
    versions = _versions(name)
    for base in dict.fromkeys(base for version in versions for base in version.extends):
        _add(base, packs, asked_by=name)
    del packs[name]
    packs[name] = versions


@cache
def _versions(name: str) -> tuple[RulePack, ...]:
    """All versions of a pack: the file `NAME.toml`, and older or coming ones as `NAME@VERSION.toml`."""
    stems = [stem for stem in _pack_stems() if stem.split(_VERSION_MARK)[0] == name]
    folder = files("scheduler.rules") / "packs"
    versions = [read_pack(name, (folder / f"{stem}{_SUFFIX}").read_bytes(), _calendar) for stem in stems]
    return tuple(sorted(versions, key=lambda pack: pack.effective.first))


@cache
def _calendar(name: str) -> Calendar | None:
    file = files("scheduler.rules") / "calendars" / f"{name}{_SUFFIX}"
    return read_calendar(name, file.read_bytes()) if file.is_file() else None


@cache
def _pack_stems() -> tuple[str, ...]:
    folder = files("scheduler.rules") / "packs"
    return tuple(sorted(file.name.removesuffix(_SUFFIX) for file in folder.iterdir() if file.name.endswith(_SUFFIX)))


def _unknown_base(name: str, base: str) -> Fault:
    return Fault(where=f"{name}/extends", code="unknown_rule_pack", message=f"there is no rule pack {base!r} to extend")


def _base_faults(packs: Sequence[RulePack]) -> Iterable[Fault]:
    before: set[str] = set()
    for pack in packs:
        for base in pack.extends:
            if base not in before:
                hint = "Name the packs so that no two extend each other, base first."
                message = f"the pack {pack.name} extends {base}, which does not stand before it"
                yield Fault(where=f"{pack.name}/extends", code="base_missing", message=message, hint=hint)
        before.add(pack.name)


def _version_faults(packs: Sequence[RulePack]) -> Iterable[Fault]:
    for one, other in combinations(packs, 2):
        if one.name == other.name and one.effective.overlaps(other.effective):
            message = f"the versions {one.version} and {other.version} of {one.name} are in force on the same day"
            yield Fault(where=f"{one.name}/effective_from", code="overlapping_versions", message=message)


def _duplicate_faults(rules: RuleSet) -> Iterable[Fault]:
    owners: dict[str, str] = {}
    for placed in rules.rules:
        name, rule_id = placed.pack.name, placed.rule.id
        if owners.setdefault(rule_id, name) != name:
            message = f"the rule {rule_id} stands in {owners[rule_id]} and in {name}"
            hint = "An overlay adds a rule of its own; it cannot replace one."
            yield Fault(where=f"{name}/rules/{rule_id}", code="duplicate_rule", message=message, hint=hint)


def _common_hour_faults(one: PlacedRule, other: PlacedRule) -> Iterable[Fault]:
    first, second = one.rule.params, other.rule.params
    if not isinstance(first, TimeWindowParams) or not isinstance(second, TimeWindowParams):
        return
    if not _judge_together(one, other) or first.shares_hours(second):
        return
    message = f"{one.rule.id} ({first.words('en')}) and {other.rule.id} ({second.words('en')}) leave no common hour"
    where = f"{other.pack.name}/rules/{other.rule.id}/params"
    yield Fault(where=where, code="empty_intersection", message=message, hint="One of the two must change.")


def _judge_together(one: PlacedRule, other: PlacedRule) -> bool:
    """Whether some visit is judged by both, by the same clock."""
    return (
        one.pack.time_zone == other.pack.time_zone
        and one.rule.applies.overlaps(other.rule.applies)
        and one.rule.effective.overlaps(other.rule.effective)
        and one.pack.effective.overlaps(other.pack.effective)
    )
