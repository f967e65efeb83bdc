"""What is said about ids, numbers, choices and points; see `api.importing.sentences`."""

from collections.abc import Mapping

from api.importing.sentences import Sentence

_TEXT_COLUMN = "Make the column a text column: spreadsheets cut long numbers off."
_TEXT_COLUMN_ZH = "请把该列设为文本格式，否则表格软件会截断长数字。"

SENTENCES_OF_VALUES: Mapping[str, Sentence] = {
    "field_required": Sentence("field_required", "The cell is empty.", "单元格是空的。", "Fill it in.", "请填写。"),
    "required_blank": Sentence(
        "required_blank", "The cell holds nothing but spaces.", "单元格里只有空格。", "Fill it in.", "请填写。"
    ),
    "too_long": Sentence(
        "too_long",
        "The cell has {got:,} characters, more than {most:,}.",
        "单元格有 {got:,} 个字符，超过 {most:,} 个。",
        "Shorten it.",
        "请缩短。",
    ),
    "control_char": Sentence(
        "control_char",
        "The cell holds a control character or an invisible sign.",
        "单元格里有控制字符或不可见字符。",
        "Type the cell again.",
        "请重新输入。",
    ),
    "excel_error_value": Sentence(
        "excel_error_value",
        "{value} is the error of a formula.",
        "{value} 是公式错误。",
        "Correct the formula in the spreadsheet.",
        "请在表格软件里改正公式。",
    ),
    "excel_scientific": Sentence(
        "excel_scientific",
        "{value} is what a spreadsheet made of a long number.",
        "{value} 是表格软件把长数字改成的科学计数。",
        _TEXT_COLUMN,
        _TEXT_COLUMN_ZH,
    ),
    "excel_serial": Sentence(
        "excel_serial",
        "{value} is a spreadsheet's own number for a date or a time.",
        "{value} 是表格软件内部的日期或时间序号。",
        "Make the column a text column, and write 2026-12-31 or 09:30.",
        "请把该列设为文本格式，写成 2026-12-31 或 09:30。",
    ),
    "number_format": Sentence("number_format", "{value} is not a whole number.", "{value} 不是整数。"),
    "number_range": Sentence(
        "number_range",
        "{value} is not a whole number from {least} to {most}.",
        "{value} 不是 {least} 到 {most} 的整数。",
    ),
    "break_minutes": Sentence(
        "number_format",
        "{value} is not a number of minutes.",
        "{value} 不是分钟数。",
        "Write 12:00-13:30/45: between noon and half past one, 45 minutes.",
        "请写成 12:00-13:30/45：十二点到一点半之间休息 45 分钟。",
    ),
    "unknown_choice": Sentence(
        "unknown_choice",
        "{value} is not one of the choices.",
        "{value} 不在可选值之中。",
        "Write one of: {choices}.",
        "请写其中之一：{choices}。",
    ),
    "pii_in_note": Sentence(
        "pii_in_note",
        "The text holds what looks like a mobile phone or identity card number.",
        "文字里有疑似手机号或身份证号。",
        "Leave out what the crew does not need.",
        "请去掉外访员不需要的内容。",
    ),
    "id_missing": Sentence(
        "id_missing",
        "The row has no id.",
        "这一行没有编号。",
        "Fill it in, or remove the row.",
        "请填写编号，或删除该行。",
    ),
    "id_format": Sentence(
        "id_format",
        "{value} is not an id of 1 to {most} letters, digits, dots, colons, hyphens or underscores.",
        "{value} 不是由 1 到 {most} 个字母、数字、点、冒号、连字符或下划线组成的编号。",
        "Use a number of your own that says nothing about the person.",
        "请用不透露个人信息的内部编号。",
    ),
    "id_full_width": Sentence(
        "id_confusable",
        "The id holds full-width signs.",
        "编号里有全角字符。",
        "Write it with half-width letters and digits.",
        "请用半角字母和数字。",
    ),
    "id_confusable": Sentence(
        "id_confusable",
        "{value} differs from the id in {file}, row {row}, by nothing but case or spaces.",
        "{value} 与 {file} 第 {row} 行的编号只差大小写或空格。",
        "Give them ids that nobody mixes up, or write the one id alike.",
        "请改用不会混淆的编号，或把同一编号写成一样。",
    ),
    "id_duplicate": Sentence(
        "id_duplicate",
        "{value} already stands in {file}, row {row}.",
        "{value} 已出现在 {file} 第 {row} 行。",
        "Ids of cases, collectors, shifts and offices are all different.",
        "案件、外访员、班次和网点的编号各不相同。",
    ),
    "id_repeated": Sentence("id_duplicate", "{value} stands here twice.", "{value} 在这里出现了两次。"),
    "id_exists": Sentence(
        "id_exists",
        "{value} is in the store already.",
        "{value} 已在库中。",
        "Import with the mode update or replace to change what is kept.",
        "要修改已有数据，请用 update 或 replace 模式导入。",
    ),
    "id_not_kept": Sentence(
        "ref_unknown",
        "{value} is not in the store, so it cannot be changed.",
        "{value} 不在库中，无法修改。",
        "Import with the mode create or replace.",
        "请用 create 或 replace 模式导入。",
    ),
    "code_format": Sentence(
        "id_format",
        "{value} is not a code.",
        "{value} 不是代码。",
        "Codes have letters, digits, dots, hyphens and underscores; `;` separates them.",
        "代码由字母、数字、点、连字符和下划线组成，用分号分隔。",
    ),
    "one_id": Sentence("id_format", "Only one id may stand here.", "这里只能写一个编号。"),
    "ref_unknown": Sentence("ref_unknown", "{value} is not in the table {table}.", "{value} 不在表 {table} 里。"),
    "cycle": Sentence("cycle", "{value} names itself.", "{value} 指向了自己。"),
    "skill_unknown": Sentence(
        "skill_unknown",
        "No collector has the skill {value}.",
        "没有外访员具备技能 {value}。",
        "{closest}The visit is left out until somebody has it.",
        "{closest_zh}在有人具备之前，不会安排该外访。",
    ),
    "identity_number_format": Sentence(
        "identity_number_format",
        "The value is not an identity number.",
        "该值不是身份证号。",
        _TEXT_COLUMN,
        _TEXT_COLUMN_ZH,
    ),
    "missing_place": Sentence(
        "location_missing",
        "The case {case} has no row in the table places.",
        "案件 {case} 在表 places 里没有地点。",
        "Add one, with empty coordinates if need be.",
        "请添加一行，坐标可以留空。",
    ),
    "location_missing": Sentence(
        "location_missing", "The row has neither an address nor a point.", "这一行既没有地址也没有坐标。"
    ),
    "coord_incomplete": Sentence(
        "coord_incomplete",
        "One of latitude and longitude is missing.",
        "纬度和经度缺了一个。",
        "Fill in both, or leave both empty while the address is not geocoded.",
        "请两个都填；地址未定位时两个都留空。",
    ),
    "coord_format": Sentence(
        "coord_format",
        "{value} is not a decimal number.",
        "{value} 不是十进制小数。",
        "Write decimal degrees such as 31.204512.",
        "请写十进制度数，例如 31.204512。",
    ),
    "coord_not_finite": Sentence("coord_not_finite", "{value} is no number.", "{value} 不是有限的数。"),
    "coord_swapped": Sentence(
        "coord_swapped",
        "Latitude and longitude seem to have changed places.",
        "纬度和经度似乎写反了。",
        "Latitude in China is 3 to 54, longitude 73 to 136.",
        "中国的纬度为 3 到 54，经度为 73 到 136。",
    ),
    "coord_range": Sentence(
        "coord_range",
        "A latitude is from -90 to 90, a longitude from -180 to 180.",
        "纬度为 -90 到 90，经度为 -180 到 180。",
        "Write decimal degrees, not meters; these look projected.",
        "请写十进制度数，不要写米；这些数看起来是投影坐标。",
    ),
    "coord_null_island": Sentence(
        "coord_null_island",
        "No address lies there.",
        "那里没有地址。",
        "Leave both cells empty when the address is not geocoded.",
        "地址未定位时请把两格都留空。",
    ),
    "coord_precision": Sentence(
        "coord_precision",
        "Both degrees have fewer than three decimals, which is a kilometer and more.",
        "两个度数的小数都不足三位，误差在一公里以上。",
        "Export the point with all of its decimals.",
        "请导出完整的小数位。",
    ),
    "coord_outside_china": Sentence(
        "coord_range", "The datum {datum} is of China alone.", "坐标系 {datum} 只用于中国。"
    ),
    "coord_outside_area": Sentence(
        "coord_outside_area",
        "The point lies outside of the area in which visits are made.",
        "该点在服务区域之外。",
        "Correct the point, or the area in the settings.",
        "请改正坐标，或修改设置里的服务区域。",
    ),
    "coord_sys_missing": Sentence(
        "coord_sys_missing",
        "Coordinates stand here without their datum.",
        "这里有坐标，但没有坐标系。",
        "Write wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu); a wrong one is up to a kilometer off.",
        "请写 wgs84、gcj02（高德、腾讯）或 bd09（百度）；写错会偏差近一公里。",
    ),
    "coord_address_mismatch": Sentence(
        "coord_address_mismatch",
        "The point lies {kilometers} km from where the address is.",
        "该点离地址所在处 {kilometers} 公里。",
        "Look at both on a map; the point is taken as it is.",
        "请在地图上核对两者；该点按原样采用。",
    ),
    "coord_sys_suspect": Sentence(
        "coord_sys_suspect",
        "{count} points come much closer to their addresses when they are read as {datum}.",
        "有 {count} 个点按 {datum} 解读时离其地址近得多。",
        "Ask where the points come from, and name that datum; nothing was converted.",
        "请确认坐标来源并写明其坐标系；未作任何转换。",
    ),
    "coord_cluster": Sentence(
        "coord_cluster",
        "{count} places have this very point.",
        "有 {count} 个地点是同一个点。",
        "A geocoder that knows a town alone gives every address the same point.",
        "只认得城镇的地理编码会给所有地址同一个点。",
    ),
}
