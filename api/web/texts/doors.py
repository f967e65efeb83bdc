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
    "type_secret": ("链接里 # 后面的字符", "What stands behind # in your link"),
    # a borrower's notice
    "notice_title": ("关于约定的来访", "About the announced visit"),
    "notice_how": (
        "点“继续”可以看到时间，也可以提出要求。",
        "Tap Continue to see when it is, and to ask for something else.",
    ),
    "notice_open": ("继续", "Continue"),
    "notice_when": ("来访时间：{day}，大约 {time}。", "The visit is planned for {day}, about {time}."),
    "notice_within": (
        "来访时间：{day}，{start} 至 {end} 之间。",
        "The visit is planned for {day}, between {start} and {end}.",
    ),
    "notice_off": ("这次来访已取消，不会有人来。", "This visit was called off. Nobody comes."),
    "notice_ask": ("您可以告诉我们", "What you can tell us"),
    "notice_choose": (
        "选一项后点“发送”，马上生效。您不需要说明理由，提出要求对您没有任何不利。",
        "Choose one and tap Send; it holds at once. You need give no reason, and asking is never held against you.",
    ),
    "times_ask": ("查看可以改到的时间", "See the times that are free"),
    "times_title": ("选一个方便的时间", "Choose a time that suits you"),
    "times_how": (
        "点开一天，选一个时段。选好后马上生效：来访会在您选的时段内进行，原来的时间不再有人来。不选则时间不变。",
        "Open a day and choose an hour. It holds at once: the visit then takes place within that hour, and nobody "
        "comes at the time before. Choose none, and nothing changes.",
    ),
    "times_none": (
        "现在没有别的时间可选。您可以在下面请我们另约时间。",
        "No other time is free now. Below you can ask us to agree on one with you.",
    ),
    "times_hour": ("{start}–{end}", "{start} to {end}"),
    "times_count": ("{count} 个时段", "times that are free: {count}"),
    "times_book": ("改到这个时间", "Change to this time"),
    "times_gone": (
        "这个时间刚刚被占用，请另选一个。",
        "This time was taken a moment ago. Please choose another one.",
    ),
    "booked_next": (
        "来访会在您选的时段内进行。这个链接在来访结束前一直有效。",
        "The visit takes place within the hour you chose. This link opens until the visit is over.",
    ),
    "another_time": ("请换个时间", "Another time, please"),
    "another_time_next": (
        "这次来访会取消，我们另外与您约时间。",
        "This visit is called off. We get in touch to agree on another time.",
    ),
    "another_place": ("请换个地点", "Another place, please"),
    "another_place_next": (
        "这次来访会取消，我们另外与您约地点。",
        "This visit is called off. We get in touch to agree on another place.",
    ),
    "not_at_work": ("不要到我的工作单位", "Not at my workplace"),
    "not_at_work_next": (
        "以后没有人到您的工作单位；约在那里的来访会取消。",
        "From now on nobody comes to your workplace. A visit that was planned there is called off.",
    ),
    "dispute": ("我对这件事有异议", "I do not agree with the matter"),
    "dispute_next": (
        "来访会取消。由另外的同事核查，在给您答复之前没有人上门。",
        "Visits are called off. Somebody else looks into it, and nobody comes before you have an answer.",
    ),
    "need_help": ("我有困难，需要帮助", "I am in difficulty and need help"),
    "need_help_next": (
        "来访会取消。负责帮助的同事会与您联系，一起想办法。",
        "Visits are called off. Colleagues who are there to help get in touch and look for a way with you.",
    ),
    "stop": ("请不要再上门", "Please do not come at all"),
    "stop_next": ("以后没有人上门，我们只用信件联系您。", "Nobody comes any more. We write to you instead."),
    "your_words": ("想说的话（可不填）", "In your own words (may stay empty)"),
    "send": ("发送", "Send"),
    "notice_kept": ("已收到，并已立即生效。谢谢。", "We have it, and it holds from now on. Thank you."),
    "notice_more": ("如果还有别的要求，可以继续填写。", "If there is anything else, you can tell us too."),
    "notice_begun": (
        "来访人员如果已经到门口，您随时可以请他们离开。",
        "If visitors are at your door already, you may ask them to leave at any time.",
    ),
    "notice_closed": (
        "这个链接现在打不开。请拨打通知上的服务电话。",
        "This link opens nothing now. Please call the number on your notice.",
    ),
    "notice_verify": ("核实来访人员的身份", "Check who is at your door"),
    "call_us": ("也可以拨打服务电话 {number}", "Or call {number}"),
    # verification
    "verify_title": ("核实来访人员", "Check who is at your door"),
    "verify_intro": (
        "请输入来访人员出示的授权书编号，或扫描上面的二维码。请在核实之后再开门。",
        "Type the number of the letter that you are shown, or scan its code. Please keep the door closed until then.",
    ),
    "letter_number": ("授权书编号", "Number of the letter"),
    "phone_code": ("来访人员手机上的 8 位核验码", "The 8 digits on the visitors' phone"),
    "check": ("核实", "Check"),
    "is_valid": ("授权有效", "This letter is valid"),
    "is_not_valid": ("查不到有效的授权", "No valid letter"),
    "valid_for_day": ("这些人员可以在 {day} 来访：", "These people may call on {day}:"),
    "phone_code_note": (
        "请来访人员在手机上出示核验码，用一次即失效。",
        "Ask the visitors to show the code on their phone. It is good once.",
    ),
    "or": ("或者", "or"),
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
    "photo_of": ("{name} 的照片", "Photo of {name}"),
    "report_title": ("有疑问？告诉我们", "In doubt? Tell us"),
    "report_note": (
        "照片或姓名不符、没有出示工作证、要求付钱或让您不安时，请告诉我们。不用留下姓名。",
        "Tell us when a photo or name differs, no badge is shown, money is asked for, or something worries you. "
        "You need not say who you are.",
    ),
    "report_text": ("发生了什么（可不填）", "What happened (may stay empty)"),
    "report_send": ("报告", "Report"),
    "report_kept": ("已收到，谢谢。有危险请报警 110。", "We have it, thank you. In danger, call the police."),
    "checked_at": ("核实时间 {time}", "Checked at {time}"),
}
