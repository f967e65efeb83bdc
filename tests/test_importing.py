"""What an import makes of sound tables."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from api.importing import import_files
from scheduler.documents import read_problem, read_texts, to_bytes, write_problem, write_texts
from scheduler.domain.case import Block, Channel, Consent, Contact
from scheduler.domain.collector import Break, Qualification
from scheduler.domain.coordinates import wgs84_to_bd09, wgs84_to_gcj02
from scheduler.domain.errors import InvalidInput
from scheduler.domain.location import Coordinates
from scheduler.domain.texts import Text
from scheduler.domain.travel import Profile
from scheduler.domain.visit import Pin, PlaceKind, PriorityPart, Visit
from tests.builders import ZONE, time, window
from tests.sheets import DAY, SECRETS, a_case_row, a_place_row, a_shift_row, as_csv, imported, sheets, write_files


def the_visit(folder: Path, **cells: str) -> Visit:
    """The visit of the first case, with these cells in its row."""
    return imported(folder, sheets(cases=[a_case_row("C1", **cells), a_case_row("C2")])).problem.visits[0]


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_both_languages_of_headers_and_all_encodings_make_the_same(
    tmp_path: Path, english: bool, encoding: str
) -> None:
    (tmp_path / "other").mkdir()

    usual = imported(tmp_path, sheets())
    other = import_files(write_files(tmp_path / "other", sheets(), encoding=encoding, english=english), DAY)

    assert other == usual
    assert usual.texts["C1"].name == "沈知行"


def test_every_case_becomes_a_visit_of_its_own_id_with_the_facts_of_its_case(tmp_path: Path) -> None:
    problem = imported(tmp_path, sheets()).problem

    assert [visit.id for visit in problem.visits] == ["C1", "C2"]
    first, second = (visit.case for visit in problem.visits)
    assert first is not None
    assert second is not None
    assert (first.days_past_due, first.subject, first.blocks) == (60, "debtor", ())
    assert first.contacts == (
        Contact(channel=Channel.PHONE, at=datetime(2026, 11, 10, 15, 30, tzinfo=ZONE), reached=False),
    )
    assert second.contacts == ()


def test_files_are_recognised_by_their_headers_whatever_their_names_and_order(tmp_path: Path) -> None:
    paths = write_files(tmp_path, sheets())
    renamed = [path.rename(tmp_path / f"export-{number}.txt") for number, path in enumerate(reversed(paths))]

    assert len(import_files(renamed, DAY).problem.visits) == 2


def test_headers_may_come_with_full_width_signs_spaces_and_capitals(tmp_path: Path) -> None:
    tables: dict[str, list[dict[str, str]] | str | bytes] = dict(sheets())
    tables["cases"] = as_csv(sheets()["cases"]).replace("服务时长(分钟)", " 服务时长（分钟）\u200b")
    tables["offices"] = as_csv(sheets()["offices"], english=True).replace("office_id", "Office ID")

    assert imported(tmp_path, tables).problem.visits[0].service_duration == timedelta(minutes=30)


def test_names_addresses_and_notes_go_to_the_texts_alone(tmp_path: Path) -> None:
    result = imported(tmp_path, sheets())

    assert result.texts["C2"] == Text(name="陆晚晴", note="电话 19900000001，勿谈欠款")
    assert result.texts["C1-home"] == Text(address="云浔市望川区听雨路 8 号")
    assert result.texts["K1"] == Text(name="穆怀瑾")
    assert result.texts["W1"] == Text(name="望川网点", address="听雨路 1 号")
    document = json.dumps(write_problem(result.problem), ensure_ascii=False)
    assert document.isascii()
    assert not [secret for secret in SECRETS if secret in document]
    assert not [secret for secret in SECRETS if secret in repr(result)]


def test_the_written_problem_is_read_back_as_it_was(tmp_path: Path) -> None:
    problem = imported(tmp_path, sheets()).problem

    assert read_problem(to_bytes(write_problem(problem))) == problem


def test_the_longest_texts_can_be_written_and_read_back(tmp_path: Path) -> None:
    texts = imported(tmp_path, sheets(cases=[a_case_row("C1", 备注="字" * 2_000), a_case_row("C2")])).texts

    assert read_texts(to_bytes(write_texts(texts))) == texts


def test_rule_packs_are_those_asked_for(tmp_path: Path) -> None:
    paths = write_files(tmp_path, sheets())

    assert import_files(paths, DAY).problem.rule_packs == ("cn-base",)
    assert import_files(paths, DAY, rule_packs=("cn-base", "cn-house")).problem.rule_packs == ("cn-base", "cn-house")


def test_cells_of_a_case_shape_its_visit(tmp_path: Path) -> None:
    visit = the_visit(
        tmp_path,
        优先级="80",
        所需技能="dialect; mediation",
        最少人数="3",
        指定外访员="K1",
        优先外访员="K1；K2",
        禁止外访员="K2",
        固定班次="B1",
        固定时间="10:30",
        冻结原因="disputed:2026-12-31;hardship",
    )

    assert (visit.priority, visit.crew_size) == (80, 3)
    assert visit.priority_parts == (PriorityPart(code="given", points=80),)
    assert visit.required_skills == {"dialect", "mediation"}
    assert visit.required_collectors == {"K1"}
    assert visit.preferred_collectors == {"K1", "K2"}
    assert visit.prohibited_collectors == {"K2"}
    assert visit.pinned == Pin(shift_id="B1", service_start_time=time("10:30"))
    assert visit.case is not None
    assert visit.case.blocks == (Block(code="disputed", until=date(2026, 12, 31)), Block(code="hardship"))


def test_empty_cells_take_the_defaults_of_the_problem_document(tmp_path: Path) -> None:
    visit = the_visit(tmp_path)

    assert (visit.crew_size, visit.pinned) == (1, None)
    assert not visit.required_skills | visit.required_collectors | visit.preferred_collectors


def test_a_priority_that_is_not_given_is_made_from_the_case_with_its_parts(tmp_path: Path) -> None:
    visit = the_visit(tmp_path)

    # 60 days past due; the one call on record was 21 days before the day.
    assert visit.priority == 40
    assert visit.priority_parts == (
        PriorityPart(code="days_past_due", points=30),
        PriorityPart(code="waiting", points=10),
    )


def test_a_priority_of_zero_is_given_too(tmp_path: Path) -> None:
    visit = the_visit(tmp_path, 优先级="0")

    assert visit.priority == 0
    assert visit.priority_parts == (PriorityPart(code="given", points=0),)


@pytest.mark.parametrize(("band", "priority"), [("低", 40), ("中", 45), ("高", 50), ("high", 50), ("", 40)])
def test_the_amount_counts_as_a_band_beside_other_parts(tmp_path: Path, band: str, priority: int) -> None:
    assert the_visit(tmp_path, 金额档=band).priority == priority


def test_a_preferred_collector_gives_not_preferred_crews_a_price(tmp_path: Path) -> None:
    with_preference = sheets(cases=[a_case_row("C1", 优先外访员="K1"), a_case_row("C2")])

    assert imported(tmp_path, sheets()).problem.objective.non_preferred_collector == timedelta()
    assert imported(tmp_path, with_preference).problem.objective.non_preferred_collector == timedelta(minutes=10)


@pytest.mark.parametrize(("subject", "known"), [("", None), ("保证人", "guarantor"), ("联系人", "third_person")])
def test_who_would_be_visited_is_a_code_or_unknown(tmp_path: Path, subject: str, known: str | None) -> None:
    case = the_visit(tmp_path, 联系对象=subject).case

    assert case is not None
    assert case.subject == known


def test_blocks_that_nobody_checked_stay_unknown(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    without_column = [{key: row[key] for key in row if key != "冻结原因"} for row in sheets()["cases"]]

    marked = the_visit(tmp_path, 冻结原因="未核查").case
    absent = imported(tmp_path / "other", sheets(cases=without_column)).problem.visits[0].case

    assert marked is not None
    assert absent is not None
    assert (marked.blocks, absent.blocks) == (None, None)


def test_without_the_table_of_contacts_they_are_unknown(tmp_path: Path) -> None:
    tables = sheets()
    del tables["contacts"]

    case = imported(tmp_path, tables).problem.visits[0].case

    assert case is not None
    assert case.contacts is None


def test_a_place_is_open_all_day_unless_hours_are_given(tmp_path: Path) -> None:
    places = [a_place_row("C1"), a_place_row("C2", 可访时段="09:00-12:00；18:30-24:00")]

    first, second = imported(tmp_path, sheets(places=places)).problem.visits

    midnight = datetime(2026, 12, 2, tzinfo=ZONE)
    assert first.places[0].time_windows[0].earliest_start == time("00:00")
    assert first.places[0].time_windows[0].latest_end == midnight
    assert second.places[0].time_windows[0] == window("09:00", "12:00")
    assert second.places[0].time_windows[1].latest_end == midnight


def test_places_of_one_case_are_numbered_by_kind_and_keep_consent_and_penalty(tmp_path: Path) -> None:
    places = [
        a_place_row("C1"),
        a_place_row("C1"),
        a_place_row("C1", 地点类型="单位", 同意="否", 同意时间="2026-11-20 10:00", **{"偏好扣分(分钟)": "10"}),
        a_place_row("C2", 地点类型="other"),
    ]

    first, second = imported(tmp_path, sheets(places=places)).problem.visits

    assert [place.id for place in first.places] == ["C1-home", "C1-home-2", "C1-workplace"]
    assert first.places[2].kind is PlaceKind.WORKPLACE
    assert first.places[2].preference_penalty == timedelta(minutes=10)
    assert first.case is not None
    assert first.case.consents == (
        Consent(place_kind="workplace", given=False, at=datetime(2026, 11, 20, 10, tzinfo=ZONE)),
    )
    assert [place.id for place in second.places] == ["C2-other"]


def test_all_datums_become_the_same_point(tmp_path: Path) -> None:
    truth = Coordinates(latitude_degrees=31.2, longitude_degrees=112.8)
    gcj02, bd09 = wgs84_to_gcj02(truth), wgs84_to_bd09(truth)
    places = [
        a_place_row("C1", 纬度=f"{gcj02.latitude_degrees:.9f}", 经度=f"{gcj02.longitude_degrees:.9f}", 坐标系="GCJ-02"),
        a_place_row("C2", 纬度=f"{bd09.latitude_degrees:.9f}", 经度=f"{bd09.longitude_degrees:.9f}", 坐标系="bd09"),
    ]

    problem = imported(tmp_path, sheets(places=places)).problem

    for location in problem.locations:
        assert location.coordinates is not None
        assert location.coordinates.latitude_degrees == pytest.approx(31.2, abs=1e-8)
        assert location.coordinates.longitude_degrees == pytest.approx(112.8, abs=1e-8)


def test_a_place_without_coordinates_is_not_geocoded(tmp_path: Path) -> None:
    places = [a_place_row("C1", 纬度="", 经度="", 坐标系=""), a_place_row("C2")]

    problem = imported(tmp_path, sheets(places=places)).problem

    assert {location.id: location.coordinates is None for location in problem.locations} == {
        "W1": False,
        "C1-home": True,
        "C2-home": False,
    }


def test_only_shifts_of_the_day_are_imported(tmp_path: Path) -> None:
    shifts = [a_shift_row("B1"), a_shift_row("B2", 日期="2026-12-02")]
    paths = write_files(tmp_path, sheets(shifts=shifts))

    assert [shift.id for shift in import_files(paths, DAY).problem.shifts] == ["B1"]
    assert [shift.id for shift in import_files(paths, date(2026, 12, 2)).problem.shifts] == ["B2"]


def test_people_on_a_row_without_a_shift_are_on_duty_and_may_say_with_whom_they_do_not_go(tmp_path: Path) -> None:
    collectors = [row | {"不可同组": partner} for row, partner in zip(sheets()["collectors"], ("K2", ""), strict=True)]
    problem = imported(tmp_path, sheets(shifts=[a_shift_row("")], collectors=collectors)).problem

    assert problem.shifts == ()
    assert [duty.collector_id for duty in problem.duties] == ["K1", "K2"]
    assert {duty.window for duty in problem.duties} == {window("09:00", "18:00")}
    assert problem.collectors[0].prohibited_partners == {"K2"}


def test_identity_numbers_and_telephones_of_collectors_go_to_the_texts_alone(tmp_path: Path) -> None:
    numbers = {"身份证号": "000000199001010017", "工作电话": "010-5550101"}
    collectors = [row | numbers for row in sheets()["collectors"]]
    result = imported(tmp_path, sheets(collectors=collectors))

    assert (result.texts["K1"].identity_number, result.texts["K1"].phone) == tuple(numbers.values())
    assert not [number for number in numbers.values() if number in repr(result.problem)]


def test_a_shift_and_its_crew_come_with_hours_breaks_and_qualifications(tmp_path: Path) -> None:
    problem = imported(tmp_path, sheets(shifts=[a_shift_row("B1", 上限="9")])).problem

    (shift,) = problem.shifts
    assert shift.window == window("09:00", "18:00")
    assert shift.breaks == (Break(window=window("12:00", "13:30"), duration=timedelta(minutes=45)),)
    assert (shift.collector_ids, shift.start_location_id, shift.max_visits) == (("K1", "K2"), "W1", 9)
    training = Qualification(code="pre-job-training", valid_until=date(2027, 6, 30))
    assert problem.collectors[0].qualifications == (training,)


@pytest.mark.parametrize(
    ("cell", "profile"),
    [
        ("", Profile.CAR),
        ("驾车", Profile.CAR),
        ("骑行", Profile.BICYCLE),
        ("bicycle", Profile.BICYCLE),
        ("步行", Profile.FOOT),
        ("Foot", Profile.FOOT),
    ],
)
def test_a_row_says_how_its_crew_travels(tmp_path: Path, cell: str, profile: Profile) -> None:
    rows = [a_shift_row("B1", 外访员="K1", 出行方式=cell), a_shift_row("", 外访员="K2", 出行方式=cell)]
    problem = imported(tmp_path, sheets(shifts=rows)).problem

    assert [period.travel_profile for period in (*problem.shifts, *problem.duties)] == [profile, profile]


def test_text_is_kept_to_the_letter_even_when_it_looks_like_a_formula(tmp_path: Path) -> None:
    note = ' =HYPERLINK("http://x")\n第二行,<b>${alert(1)}`'

    result = imported(tmp_path, sheets(cases=[a_case_row("C1", 备注=note), a_case_row("C2")]))

    assert result.texts["C1"].note == note


def test_blank_rows_and_blank_columns_at_the_end_do_no_harm(tmp_path: Path) -> None:
    tables: dict[str, list[dict[str, str]] | str | bytes] = dict(sheets())
    lines = as_csv(sheets()["offices"]).splitlines()
    tables["offices"] = "\r\n".join([f"{line},," for line in lines] + [",,,,,,,", ""])

    assert imported(tmp_path, tables).texts["W1"].name == "望川网点"


def test_faults_of_the_problem_as_a_whole_come_as_json_pointers(tmp_path: Path) -> None:
    overlapping = [a_shift_row("B1"), a_shift_row("B2", 外访员="K2")]

    with pytest.raises(InvalidInput) as refused:
        imported(tmp_path, sheets(shifts=overlapping))

    assert {fault.where.split("/")[1] for fault in refused.value.faults} == {"shifts"}
