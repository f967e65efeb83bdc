"""Texts of the pages that open without signing in: a crew's phone, a borrower's notice, the verification page."""

from collections.abc import Mapping

DOOR_TEXTS: Mapping[str, tuple[str, str]] = {
    # a crew's link
    "go_title": ("打开今天的路线", "Open today's route"),
    "go_how": ("点一下按钮，在这部手机上打开路线。", "Tap the button to open the route on this phone."),
    "go_open": ("打开", "Open"),
    "go_closed": (
        "这个链接打不开：可能已过期、被撤销，或地址不完整。请联系调度员。",
        "This link opens nothing: it may be over, ended, or incomplete. Please call your dispatcher.",
    ),
    "go_pin": (
        "这个链接已在另一部手机上打开。请输入小组成员的 PIN，或请调度员放行。",
        "Another phone opened this link already. Give the PIN of a member of the crew, or ask your dispatcher.",
    ),
    "pin": ("PIN", "PIN"),
    "no_script": ("请打开浏览器的脚本功能。", "Please let your browser run scripts."),
    # a crew's visits
    "cancelled": ("已取消，请不要前往。", "Called off. Please do not go there."),
    "begin_visit": ("开始上门", "Begin the visit"),
    "who_is_here": ("到场人员", "Who is here"),
    "what_is_carried": ("随身证件", "What you carry"),
    "began_at": ("{time} 开始", "Begun at {time}"),
    "ended_with": ("结果：{outcome}", "Ended with: {outcome}"),
    "outcome": ("结果", "Outcome"),
    "until_day": ("约定日期（如有）", "The agreed day, if any"),
    "crew_note": ("记录（只写必要内容）", "Note (only what is needed)"),
    "end_visit": ("结束上门", "End the visit"),
    "refused": ("现在不能开始：", "This cannot begin now:"),
    "show_code": ("出示核验码", "Show the code"),
    "code_now": ("核验码 {code}，{time} 前有效，用一次即失效。", "Code {code}, good once, until {time}."),
    "work-badge": ("工作证", "Work badge"),
    "identity-card": ("身份证件", "Identity card"),
    "outsourcing-notice": ("委托告知", "Notice of outsourcing"),
    "agency-evaluation": ("机构评估", "Evaluation of the agency"),
    # a borrower's notice
    "notice_title": ("关于约定的来访", "About the announced visit"),
    "notice_open": ("继续", "Continue"),
    "notice_when": ("{day}，大约 {time}。", "{day}, about {time}."),
    "notice_off": ("这次来访已取消。", "This visit was called off."),
    "notice_ask": ("您可以在这里告诉我们：", "Here you can tell us:"),
    "another_time": ("请换个时间", "Another time, please"),
    "another_place": ("请换个地点", "Another place, please"),
    "not_at_work": ("不要到我的工作单位", "Not at my workplace"),
    "dispute": ("我有异议", "I do not agree with the matter"),
    "need_help": ("我有困难，需要帮助", "I am in difficulty and need help"),
    "stop": ("请不要再上门", "Please do not come at all"),
    "your_words": ("想说的话（可不填）", "In your own words (may stay empty)"),
    "send": ("发送", "Send"),
    "notice_kept": ("已收到，并已立即生效。谢谢。", "We have it, and it holds from now on. Thank you."),
    "notice_closed": (
        "这个链接现在打不开。请拨打通知上的服务电话。",
        "This link opens nothing now. Please call the number on your notice.",
    ),
    # verification
    "verify_title": ("核实来访人员", "Check who is at your door"),
    "verify_intro": (
        "请输入来访人员出示的授权书编号，或扫描上面的二维码。请在核实之后再开门。",
        "Type the number of the letter that you are shown, or scan its code. Please keep the door closed until then.",
    ),
    "letter_number": ("授权书编号", "Number of the letter"),
    "phone_code": ("来访人员手机上的 8 位核验码", "The 8 digits on the visitors' phone"),
    "check": ("核实", "Check"),
    "is_valid": ("有效", "Valid"),
    "is_not_valid": ("查不到有效的授权", "No valid letter"),
    "valid_for_day": ("这些人员可以在 {day} 来访：", "These people may call on {day}:"),
    "compare": (
        "请对照照片、姓名和工作证号。不一致时不要开门，并告诉我们。",
        "Compare photo, name and badge number. If they differ, keep the door closed and tell us.",
    ),
    "not_valid_note": (
        "现在没有有效的授权与此对应。请不要开门，并拨打服务电话 {hotline}。",
        "No letter that is valid now belongs to this. Please keep the door closed and call {hotline}.",
    ),
    "hotline_word": ("服务电话", "the hotline"),
    "badge": ("工作证号 {number}", "Badge {number}"),
    "report_title": ("有疑问？告诉我们", "In doubt? Tell us"),
    "report_text": ("发生了什么（可不填）", "What happened (may stay empty)"),
    "report_send": ("报告", "Report"),
    "report_kept": ("已收到，谢谢。有危险请报警 110。", "We have it, thank you. In danger, call the police."),
    "checked_at": ("核实时间 {time}", "Checked at {time}"),
}
