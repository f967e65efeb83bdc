"""Every text of the printed papers, in Chinese and in English; none of them tells why somebody is visited."""

from collections.abc import Mapping
from types import MappingProxyType

from api.web.catalogue import ENGLISH, clock, day_in_words
from scheduler.domain.time_window import TimeWindow

_TEXTS: Mapping[str, tuple[str, str]] = {
    # the kinds of papers; a file carries its kind as its title
    "letter": ("上门授权书", "Letter of authorization"),
    "notice": ("上门通知", "Notice of a visit"),
    "card": ("来访留言卡", "Visiting card"),
    "route_sheet": ("外访路线单", "Route sheet"),
    # people and places
    "number": ("编号", "Number"),
    "name": ("姓名", "Name"),
    "address": ("地址", "Address"),
    "identity_number": ("身份证号", "ID number"),
    "badge_number": ("工号", "Badge"),
    "phone": ("联系电话", "Telephone"),
    "people": ("来访人员", "Who comes"),
    "place": ("地点", "Where"),
    "time": ("时间", "When"),
    "expected_at": ("预计 {day} {time} 到达", "{day}, about {time}"),
    "valid_note": ("不早于 {start}，不晚于 {end}", "not before {start}, and over by {end}"),
    "hotline": ("服务电话", "Hotline"),
    "issuer": ("授权单位", "Issued by"),
    "seal_place": ("盖章处", "Seal of the issuer"),
    "issued_on": ("签发日期", "Date of issue"),
    # the letter
    "letter_opening": (
        "兹授权下列人员在本授权书有效期内，就编号 {visit_id} 的业务与 {name} 本人当面沟通。",
        "The people named below are authorized to speak in person with {name} about matter {visit_id}, "
        "while this letter is valid.",
    ),
    "validity": ("有效期", "Valid"),
    "validity_span": ("{day} {start}–{end}，仅此一次", "{day}, {start}–{end}, for one visit"),
    "scope": ("授权范围", "What this letter allows"),
    "scope_person": (
        "只与本人沟通，不向家人、邻居、同事或其他任何人透露来访事由。",
        "To speak with you alone. Nobody else is told the reason of the visit: no relatives, neighbours or colleagues.",
    ),
    "scope_entry": (
        "未经您同意，不进入住所或办公室；您随时可以请来访人员离开。",
        "To come in only when you agree. You may ask the visitors to leave at any time.",
    ),
    "scope_money": ("不收取现金、转账或任何财物。", "Not to take money or anything of value."),
    "scope_record": (
        "开始前告知您，并对沟通过程录音或录像。",
        "To record the conversation, after telling you so at its beginning.",
    ),
    "scope_help": (
        "您可以请律师或其他您信任的人在场，或由其代为沟通。",
        "You may have a lawyer or anybody you trust beside you, or let them speak for you.",
    ),
    "verify": ("如何核实", "How to verify"),
    "verify_how": (
        "请扫描二维码或拨打服务电话 {hotline}，并报编号核实。编号查不到、已过期，或来访人员与上面不符时，"
        "请不要开门，并拨打服务电话告知我们。",
        "Scan the code or call {hotline} and give the number. If the number is unknown or expired, or other people "
        "stand at your door, please keep it closed and tell the hotline.",
    ),
    "complaints": ("咨询与投诉：{hotline}", "Questions and complaints: {hotline}"),
    # the notice
    "notice_opening": ("{name}，您好：", "Dear {name},"),
    "notice_purpose": (
        "我们计划上门与您本人当面沟通一件事务（编号 {visit_id}），特此提前告知。",
        "we would like to call on you to speak with you in person about matter {visit_id}, and tell you so beforehand.",
    ),
    "notice_papers": (
        "来访人员会佩戴工作证，并出示与本通知编号相同的授权书。他们不收取任何财物，也不会向其他人透露来访事由。",
        "The visitors wear a badge and show a letter with the number of this notice. They take nothing of value and "
        "tell nobody else the reason of the visit.",
    ),
    "change": ("另约时间或地点", "Another time or place"),
    "change_how": (
        "时间或地点不便时，请拨打服务电话 {hotline} 另约。您也可以要求不到您的单位，或不要上门，改用其他方式沟通。",
        "If the time or the place does not suit you, please call {hotline}. You may also ask us not to come to your "
        "workplace, or not to come at all and to speak with you in another way.",
    ),
    # the card
    "card_opening": ("您好！", "Hello,"),
    "card_missed": (
        "我们今天来访，未能见到您本人。方便时请拨打下面的电话，并报参考号。",
        "we called today and did not meet you. When it suits you, please ring us and give the reference.",
    ),
    "reference": ("参考号", "Reference"),
    "card_strangers": (
        "如果您不认识这个参考号，这张卡片与您无关，可以丢弃。",
        "If the reference means nothing to you, this card is not for you. Please throw it away.",
    ),
    # the route sheet
    "collectors": ("外访人员", "Crew"),
    "estimated": (
        "估算：行程时间按直线距离折算，不是按道路计算，请预留时间。",
        "Estimated: travel times are made from straight lines, not from roads. Please allow for more.",
    ),
    "straight_lines": (
        "图中虚线为直线连接，并非实际道路。",
        "Dashed lines in the picture go straight, not along roads.",
    ),
    "private": (
        "仅供小组使用，请勿给他人查看；当天用后交回。",
        "For the crew alone. Show it to nobody, and hand it back at the end of the day.",
    ),
    "before_leaving": (
        "出发前：工作证、授权书、通知、留言卡、录音录像设备。",
        "Before leaving: badges, letters, notices, cards, recorder.",
    ),
    "stop": ("站", "Stop"),
    "arrival": ("到达", "Arrive"),
    "from_to": ("开始–结束", "From–to"),
    "whom_and_where": ("对象与地点", "Whom and where"),
    "note": ("备注", "Note"),
    "start": ("出发", "Start"),
    "end": ("返回", "Return"),
    "break": ("休息", "Break"),
    "home": ("住所", "Home"),
    "workplace": ("工作单位", "Workplace"),
    "other": ("其他地点", "Other place"),
    "no_stops": ("这个小组当天没有上门安排。", "This crew has no visits on this day."),
    # records of visits
    "visit_record": ("外访记录", "Records of visits"),
    "record_language": ("zh-CN", "en"),
    "record_case": ("案件", "Case"),
    "record_borrower": ("姓名", "Name"),
    "record_subject": ("对象", "Subject"),
    "record_exported_at": ("导出时间", "Exported at"),
    "record_sha256": ("文档 SHA-256", "SHA-256"),
    "record_planned_start": ("计划开始", "Planned from"),
    "record_planned_end": ("计划结束", "Planned until"),
    "record_called_off_for": ("取消原因", "Called off for"),
    "record_called_off_at": ("取消时间", "Called off at"),
    "record_place": ("地点", "Place"),
    "record_crew": ("小组", "Crew"),
    "record_id": ("记录编号", "Record"),
    "record_checked_in_at": ("报到", "Checked in"),
    "record_near_the_place": ("在地点附近", "Near the place"),
    "record_position_accuracy_meters": ("定位误差（米）", "Accuracy (m)"),
    "record_left_at": ("离开", "Left"),
    "record_ended_at": ("结束", "Ended"),
    "record_outcome": ("结果", "Outcome"),
    "record_until": ("涉及日期", "Day named"),
    "record_not_begun_because": ("未开始原因", "Not begun because"),
    "record_content": ("内容", "Content"),
    "record_first_outcome": ("最初登记的结果", "First said"),
    "record_present": ("在场人员", "Present"),
    "record_shown_and_carried": ("证件和设备", "Papers, recorder"),
    "record_recording_reference": ("录音位置", "Recording"),
    "record_recording_sha256": ("录音 SHA-256", "Its SHA-256"),
    "record_recording_seconds": ("录音长度（秒）", "Its length (s)"),
    "record_refused_check_ins": ("被拒绝的报到", "Check-ins that were refused"),
    "record_none": ("没有外访记录。", "No visit is on record."),
    "record_yes": ("是", "yes"),
    "record_no": ("否", "no"),
}


def words_in(language: str) -> Mapping[str, str]:
    """All texts in `zh-CN` or `en` by their keys."""
    column = int(language == ENGLISH)
    return MappingProxyType({key: both[column] for key, both in _TEXTS.items()})


def span_in_words(key: str, window: TimeWindow, language: str) -> str:
    """A text with the places `day`, `start` and `end` filled from a window of one day."""
    start, end = window.earliest_start, window.latest_end
    # The end of a window that ends with its day is the next day's midnight.
    last = clock(end) if end.date() == start.date() else "24:00"
    return words_in(language)[key].format(day=day_in_words(start.date(), language), start=clock(start), end=last)
