"""50 to 63: points."""

from tests.bad_inputs.item import Item, cell
from tests.sheets import a_place_row, sheets


def _point(number: int, latitude: str, longitude: str, code: str, *, field: str = "纬度") -> Item:
    wrong = cell(number, "places", "纬度", latitude, code, what=f"{latitude},{longitude}", 经度=longitude)
    return Item(**(vars(wrong) | {"field": field}))


def _on_one_point() -> dict[str, list[dict[str, str]]]:
    return sheets(
        places=[a_place_row("C1"), a_place_row("C2"), *(a_place_row("C1", 地点类型="其他") for _ in range(18))]
    )


PLACES: tuple[Item, ...] = (
    _point(50, "112.801", "31.201", "coord_swapped"),
    _point(51, "91.123", "112.801", "coord_range"),
    _point(51, "31.201", "181.123", "coord_range", field="经度"),
    _point(52, "0", "0.000", "coord_null_island"),
    *(_point(53, value, "112.801", "coord_not_finite") for value in ("NaN", "inf", "-inf", "1e999")),
    *(_point(54, value, "112.801", "coord_format") for value in ("39,9", "39°54′N")),
    *(_point(55, value, "112.801", "coord_format") for value in ("３９.９", "1_0")),
    _point(56, "48.853", "2.350", "coord_outside_area"),
    cell(57, "places", "坐标系", "", "coord_sys_missing"),
    _point(58, "4418345", "447263", "coord_range"),
    _point(59, "31", "112", "coord_precision"),
    Item(
        number=60,
        what="twenty places on one point",
        files=_on_one_point(),
        code="coord_cluster",
        row=2,
        field="纬度",
        file="places.csv",
        is_odd=True,
    ),
    cell(62, "places", "经度", "", "coord_incomplete"),
    cell(63, "places", "地址", "", "location_missing", 纬度="", 经度="", 坐标系=""),
)
