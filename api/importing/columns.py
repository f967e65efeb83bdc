"""The tables that an import reads, and their columns in Chinese and English."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_CHARACTERS = 2_000
MOST_OF_A_NAME = 100
MOST_OF_AN_ADDRESS = 500
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; `key` is also its English header.

    Attributes:
        key: The English header.
        header_zh: The Chinese header.
        required: The header must be there; whether a cell may be empty is decided where the cell is read.
        most_characters: In a cell.
    """

    key: str
    header_zh: str
    required: bool
    most_characters: int = MOST_CHARACTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKind:
    """One kind of table; a file is recognised as one by its headers, never by its name.

    Attributes:
        name: As faults name it.
        columns: All headers that may stand in it.
        optional: An import may come without it.
    """

    name: str
    columns: tuple[Column, ...]
    optional: bool = False
    _keys: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _columns: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the headers of both languages."""
        keys = {normal(header): column.key for column in self.columns for header in (column.key, column.header_zh)}
        object.__setattr__(self, "_keys", keys)
        object.__setattr__(self, "_columns", {column.key: column for column in self.columns})

    def headers_of(self, key: str) -> tuple[str, str]:
        """The headers of a column, as they should stand."""
        return key, self._columns[key].header_zh

    def most_characters(self, key: str) -> int:
        """In a cell of this column."""
        return self._columns[key].most_characters

    def key_of(self, header: str) -> str | None:
        """The key of the column with this header in either language, None when there is no such column."""
        return self._keys.get(normal(header))


def normal(header: str) -> str:
    """A header without what a spreadsheet or a keyboard adds: full-width forms, case, spaces, invisible signs."""
    plain = unicodedata.normalize("NFKC", header.translate(_INVISIBLE))
    return plain.strip().casefold().replace(" ", "_")


def _required(key: str, header_zh: str, most_characters: int = MOST_CHARACTERS) -> Column:
    return Column(key=key, header_zh=header_zh, required=True, most_characters=most_characters)


def _optional(key: str, header_zh: str, most_characters: int = MOST_CHARACTERS) -> Column:
    return Column(key=key, header_zh=header_zh, required=False, most_characters=most_characters)


CASES = TableKind(
    name="cases",
    columns=(
        _required("case_id", "案件编号"),
        _required("name", "姓名", MOST_OF_A_NAME),
        _required("days_past_due", "逾期天数"),
        _optional("priority", "优先级"),
        _required("subject", "联系对象"),
        _optional("blocks", "冻结原因"),
        _optional("required_skills", "所需技能"),
        _required("service_minutes", "服务时长(分钟)"),
        _optional("crew_size", "最少人数"),
        _optional("required_collectors", "指定外访员"),
        _optional("preferred_collectors", "优先外访员"),
        _optional("prohibited_collectors", "禁止外访员"),
        _optional("pinned_shift_id", "固定班次"),
        _optional("pinned_start_time", "固定时间"),
        _optional("borrower_id", "借款人编号"),
        _optional("actor", "催收方"),
        _optional("product", "产品"),
        _optional("amount_band", "金额档"),
        _optional("note", "备注"),
    ),
)
PLACES = TableKind(
    name="places",
    columns=(
        _required("case_id", "案件编号"),
        _required("kind", "地点类型"),
        _required("address", "地址", MOST_OF_AN_ADDRESS),
        _required("latitude", "纬度"),
        _required("longitude", "经度"),
        _required("datum", "坐标系"),
        _optional("time_windows", "可访时段"),
        _optional("consent", "同意"),
        _optional("consent_at", "同意时间"),
        _optional("preference_penalty_minutes", "偏好扣分(分钟)"),
    ),
)
CONTACTS = TableKind(
    name="contacts",
    columns=(
        _required("case_id", "案件编号"),
        _required("channel", "渠道"),
        _required("at", "时间"),
        _optional("reached", "是否联系上"),
        _optional("place_kind", "地点类型"),
        _optional("outcome", "结果"),
        _optional("outcome_date", "结果日期"),
    ),
    optional=True,
)
NOTICES = TableKind(
    name="notices",
    columns=(
        _required("case_id", "案件编号"),
        _required("sent_at", "发出时间"),
        _optional("delivered_at", "送达时间"),
        _required("first_date", "首日"),
        _required("last_date", "末日"),
        _optional("collector_ids", "上门人员"),
        _optional("consented_at", "同意提前时间"),
    ),
    optional=True,
)
COLLECTORS = TableKind(
    name="collectors",
    columns=(
        _required("collector_id", "工号"),
        _required("name", "姓名", MOST_OF_A_NAME),
        _optional("skills", "技能"),
        _optional("qualifications", "资质"),
        _optional("max_visits", "每日上限"),
        _optional("prohibited_partners", "不可同组"),
        _optional("identity_number", "身份证号"),
        _optional("phone", "工作电话"),
    ),
)
SHIFTS = TableKind(
    name="shifts",
    columns=(
        _required("shift_id", "班次"),
        _required("collector_ids", "外访员"),
        _required("date", "日期"),
        _required("start", "开始"),
        _required("end", "结束"),
        _required("start_office", "出发地"),
        _required("end_office", "返回地"),
        _optional("breaks", "休息"),
        _optional("max_visits", "上限"),
        _optional("travel_profile", "出行方式"),
    ),
)
OFFICES = TableKind(
    name="offices",
    columns=(
        _required("office_id", "网点"),
        _required("name", "名称", MOST_OF_A_NAME),
        _optional("address", "地址", MOST_OF_AN_ADDRESS),
        _required("latitude", "纬度"),
        _required("longitude", "经度"),
        _required("datum", "坐标系"),
    ),
)
TABLE_KINDS: tuple[TableKind, ...] = (CASES, PLACES, CONTACTS, NOTICES, COLLECTORS, SHIFTS, OFFICES)
