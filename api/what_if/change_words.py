"""A scenario's changes in words, in Chinese and in English."""

from collections.abc import Iterator, Mapping

from api.what_if.words import ENGLISH

KIND_WORDS: Mapping[str, tuple[str, str]] = {
    "behaviour": ("行为假设", "how people, doors and roads behave"),
    "contact_hours": ("可上门时段", "hours of visits"),
    "crew_size": ("小组人数", "size of crews"),
    "crews": ("小组数量", "number of crews"),
    "demand": ("案件数量", "demand"),
    "found_factor": ("敲门有人的概率", "chance that somebody opens"),
    "frequency_cap": ("上门次数限制", "cap on visits"),
    "plan_buffer": ("时限前预留", "kept free before the lawful limit"),
    "planner": ("排程搜索量", "search effort of plans"),
    "relocation": ("案件迁移", "visits that happen elsewhere"),
    "replanning": ("日间重新派单", "new orders in the course of the day"),
    "shift_hours": ("班次时间", "hours of shifts"),
    "training": ("培训", "training"),
    "travel_factor": ("路上时间", "travel time"),
    "visit_limit": ("每条路线上门数", "visits on a route"),
}
KEY_WORDS: Mapping[str, tuple[str, str]] = {
    "at": ("时刻", "at"),
    "certificate": ("证书", "certificate"),
    "closed_weekdays": ("不上门的星期", "closed weekdays"),
    "count": ("数量", "count"),
    "days": ("天数内", "within days"),
    "earliest": ("最早", "earliest"),
    "end_minutes": ("下班推后分钟", "end later by minutes"),
    "factor": ("倍数", "factor"),
    "from_district": ("从片区", "from district"),
    "full_engine": ("完整引擎", "full engine"),
    "iterations": ("迭代次数", "iterations"),
    "latest": ("最晚", "latest"),
    "minutes": ("分钟", "minutes"),
    "most": ("最多", "at most"),
    "people": ("人数", "people"),
    "share": ("比例", "share"),
    "skill": ("技能", "skill"),
    "start_minutes": ("上班推后分钟", "start later by minutes"),
    "to_district": ("到片区", "to district"),
}


def kind_name(kind: str, language: str) -> str:
    """What a change is about."""
    return _told(KIND_WORDS, kind, language)


def change_told(change: Mapping[str, object], language: str) -> str:
    """What a change puts in, without its kind; names of behaviour stand as experiments write them."""
    values = _flat({key: value for key, value in change.items() if key != "kind"})
    return ", ".join(f"{_told(KEY_WORDS, key, language)} = {_written(value)}" for key, value in values)


def _flat(values: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _written(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _told(words: Mapping[str, tuple[str, str]], name: str, language: str) -> str:
    pair = words.get(name, (name, name))
    return pair[1] if language == ENGLISH else pair[0]
