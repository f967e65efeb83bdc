"""Texts of a crew's phone. Whoever looks over a shoulder learns nothing of the matter from them."""

from collections.abc import Mapping

PHONE_TEXTS: Mapping[str, tuple[str, str]] = {
    # the network
    "net_sending": ("正在发送…", "Sending…"),
    "net_waiting": (
        "没有网络，还没有发出。内容保留在本页，恢复后自动发送；请不要关闭本页。",
        "No network, so it is not sent yet. What you typed stays on this page and is sent by itself once the network "
        "is back. Please keep the page open.",
    ),
    "net_offline": (
        "没有网络。下面是上次收到的内容，可以继续看；填写的内容不会丢失，只要不关闭本页。",
        "No network. You see what came last. Nothing that you type is lost while this page stays open.",
    ),
    "net_again": ("再试一次", "Try again"),
    # the next stop
    "now_here": ("正在上门", "You are here"),
    "done_of": ("已完成 {done}/{count}", "{done} of {count} done"),
    "latest_start": ("最晚 {time} 开始", "Begin by {time} at the latest"),
    "do_not_start": ("不要开始。", "Do not start."),
    "do_not_start_why": (
        "现在开始就不能在允许的时间内结束。请前往下一站，或联系办公室。",
        "A visit that begins now would not end within the allowed hours. Go on to the next stop, or call the office.",
    ),
    "not_yet": ("现在还不能开始：", "This cannot begin now:"),
    "take_this_first": ("先去这一站", "Go there first"),
    "cancelled": ("已取消，请不要前往", "Called off, please do not go"),
    "all_done": ("今天全部完成", "All done for today"),
    "all_done_next": ("辛苦了。请回办公室交回纸质材料。", "Thank you. Please take the papers back to the office."),
    # beginning
    "begin_visit": ("到了，开始上门", "We are at the door"),
    "begin_now": ("开始", "Begin the visit"),
    "tick_all": ("全部符合", "All of these"),
    "who_is_here": ("到场人员", "Who is here"),
    "what_is_carried": ("随身证件和设备", "What you carry"),
    "work-badge": ("工作证", "Work badge"),
    "identity-card": ("身份证件", "Identity card"),
    "outsourcing-notice": ("委托告知", "Notice of outsourcing"),
    "agency-evaluation": ("机构评估", "Evaluation of the agency"),
    "recording_on": ("录音设备已打开", "The recorder is on"),
    "position_note": (
        "开始时手机位置只与地点比对一次，不保存位置本身。",
        "When you begin, the phone's position is compared with the place once. The position itself is not kept.",
    ),
    # not beginning
    "not_begun": ("这一站去不了", "We cannot visit here"),
    "not_begun_note": (
        "没有到门口才选这里；它不算一次上门。",
        "For a stop that you do not go to. It counts as no visit.",
    ),
    "not_begun_why": ("原因", "Why"),
    "not_begun_too_late": ("时间来不及", "No time is left"),
    "not_begun_crew_incomplete": ("小组人员不齐", "The crew is not complete"),
    "not_begun_weather": ("天气或道路", "Weather or roads"),
    "not_begun_vehicle": ("车辆故障", "The vehicle"),
    "not_begun_device": ("录音设备或手机故障", "The recorder or the phone"),
    "not_begun_send": ("保存", "Keep it"),
    "choose_reason": ("请选择原因。", "Please choose why."),
    "said_visit_given_up": ("已记录：这一站不去。", "Kept: nobody goes there."),
    "not_now_visit_begun": ("这次上门已经开始。", "This visit was begun already."),
    # late
    "we_are_late": ("我们晚点了", "We are late"),
    "how_late": ("比计划晚多久", "How late you are"),
    "late_minutes": ("{count} 分钟", "{count} minutes"),
    "late_send": ("告诉办公室", "Tell the office"),
    "choose_minutes": ("请选择晚多久。", "Please choose how late you are."),
    "said_late_told": ("已告诉办公室。", "The office knows."),
    "began_at": ("{time} 开始", "Begun at {time}"),
    "said_visit_begun": ("已记录：上门开始。请先出示证件。", "Kept: the visit has begun. Show your badges first."),
    "refused": ("没有保存：", "Nothing was saved:"),
    "not_now_visit_cancelled": ("这次上门已取消，请不要前往。", "This visit was called off; please do not go there."),
    "not_now_plan_not_followed": (
        "这份计划已不再执行，请联系办公室。",
        "This plan is not, or no longer, the one to follow. Please call the office.",
    ),
    "not_now_visit_ended": (
        "这次上门已记录过另一个结果。要更正请联系办公室。",
        "Another outcome of this visit was kept before. To correct it, call the office.",
    ),
    # the letter
    "show_letter": ("出示授权书", "Show the letter"),
    "letter_says": (
        "下列人员可以在 {day} {time} 前来访，仅此一次。",
        "These people may call once on {day}, until {time}.",
    ),
    "letter_code": ("核实授权书的二维码", "The code by which this letter is verified"),
    "letter_paper": (
        "纸质授权书只给本人看；二维码不含姓名和地址。",
        "Show the paper letter to the person alone; this code holds no name and no address.",
    ),
    "show_code": ("出示核验码", "Show the code"),
    "code_tell": ("请对方在核实页面输入", "To be typed on the verification page"),
    "code_until": ("{time} 前有效，用一次即失效", "Good once, until {time}"),
    # the outcome
    "outcome": ("结果", "How did it end?"),
    "out_of_sight": ("离开门口以后再填写。", "Fill this in when you have left the door."),
    "met_nobody": ("没有见到人", "Nobody was met"),
    "met_debtor": ("见到本人", "The person was met"),
    "met_third_person": ("见到其他人", "Somebody else was met"),
    "met_anybody": ("其他情况", "Something else"),
    "may_stay_empty": ("（可不填）", "(may stay empty)"),
    "until_day": ("约定的日期", "The agreed day"),
    "ask_agreed_day": ("约定的日期", "The agreed day"),
    "ask_next_day": ("下一个日期", "The next day"),
    "ask_wished_day": ("希望的日期", "The wished day"),
    "crew_note": ("记录（只写必要内容）", "Note (only what is needed)"),
    "ask_payment": ("凭证号", "Reference"),
    "ask_agreed": ("约定的内容", "What was agreed"),
    "ask_situation": ("本人说明的情况", "What the person told you"),
    "ask_objection": ("异议的内容", "What is not agreed with"),
    "ask_how_said": ("以什么方式提出", "How it was said"),
    "ask_wished": ("希望的时间或地点", "The wished time or place"),
    "ask_lawyer": ("律师或代理人的联系方式", "How to reach the lawyer"),
    "ask_complaint": ("投诉的内容", "What is complained about"),
    "ask_doubt": ("哪里没有通过核实", "What was doubted"),
    "ask_place": ("现场情况", "What you found there"),
    "ask_safety": ("时间和报警回执号", "The time, and the reference of the police"),
    "ask_cause": ("原因", "The cause"),
    "no_health": (
        "只记录这一项，不要写健康状况。",
        "Only this is kept. Write nothing about anybody's health.",
    ),
    "no_names": (
        "不要写其他人的姓名，也不要告诉对方来访事由。",
        "Write no other person's name, and tell nobody why you came.",
    ),
    "what_was_shown": ("已出示", "What you showed"),
    "identity_shown": ("工作证和身份证件", "Badges and identity cards"),
    "letter_shown": ("授权书（只给本人）", "The letter (to the person alone)"),
    "end_visit": ("保存结果", "Keep the outcome"),
    "said_visit_ended": ("结果已保存。", "The outcome is kept."),
    # papers and help
    "route_sheet": ("路线单 (PDF)", "Route sheet (PDF)"),
    "route_sheet_note": (
        "文件里有姓名和地址，会留在手机上：今天结束时请删除。",
        "The file holds names and addresses and stays on the phone: delete it when the day is over.",
    ),
    "help": ("帮助", "Help"),
    "call_office": ("拨打办公室 {number}", "Call the office: {number}"),
    "alarm": ("安全求助", "Safety alarm"),
    "alarm_note": (
        "有危险请先离开，并拨打 110。点下面的按钮，调度员马上看到是哪个小组、在哪一站。",
        "In danger leave first, and call the police. The button tells the dispatcher at once which crew needs help, "
        "and at which stop.",
    ),
    "alarm_send": ("马上通知调度员", "Tell the dispatcher now"),
    "said_alarm_sent": (
        "调度员已收到求助。有危险请拨打 110。",
        "The dispatcher has your alarm. In danger, call the police.",
    ),
}
