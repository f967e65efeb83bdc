"""Texts of the pages by language, and days, durations and names in words."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType

from api.web.texts import TEXTS

ENGLISH = "en"

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@cache
def texts_in(language: str) -> Mapping[str, str]:
    """All texts in `zh-CN` or `en` by their keys."""
    column = int(language == ENGLISH)
    return MappingProxyType({key: both[column] for key, both in TEXTS.items()})


def day_in_words(day: date, language: str) -> str:
    """`2026年12月1日 星期二` or `Tuesday 1 December 2026`."""
    if language == ENGLISH:
        return f"{weekday_in_words(day.weekday(), language)} {day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日 {weekday_in_words(day.weekday(), language)}"


def weekday_in_words(weekday: int, language: str) -> str:
    """`星期二` or `Tuesday`; 0 is Monday."""
    return _WEEKDAYS_EN[weekday] if language == ENGLISH else f"星期{_WEEKDAYS_ZH[weekday]}"


def duration_in_words(duration: timedelta, language: str) -> str:
    """Hours and minutes, rounded to the nearest minute: `6 h 05 min` or `6 小时 05 分`."""
    hours, minutes = divmod(round(duration / timedelta(minutes=1)), 60)
    if language == ENGLISH:
        return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
    return f"{hours} 小时 {minutes:02} 分" if hours else f"{minutes} 分钟"


def joined(names: Iterable[str], language: str) -> str:
    """Names in a row: `王芳、李强` or `Wang Fang, Li Qiang`."""
    return (", " if language == ENGLISH else "、").join(names)


def clock(moment: datetime) -> str:
    """`09:30`, in the zone of `moment`; seconds are cut off, never rounded up into the next minute."""
    return f"{moment:%H:%M}"
