"""The words that would tell a bystander why somebody is visited, in one list for all papers and for their tests."""

import re

_CHINESE = (
    "债",
    "欠",
    "催",
    "逾期",
    "贷",
    "还款",
    "借款",
    "借据",
    "借条",
    "还钱",
    "金额",
    "余额",
    "本金",
    "利息",
    "罚息",
    "滞纳金",
    "违约",
    "失信",
    "征信",
    "信用",
    "银行",
    "金融",
    "资产管理",
    "法院",
    "起诉",
    "诉讼",
)
_ENGLISH = (
    r"debt\w*",
    r"indebted\w*",
    r"loan\w*",
    r"overdue",
    r"past[ -]due",
    r"arrears",
    r"ow(?:e|es|ed|ing)",
    r"borrow\w*",
    r"lend\w*",
    r"credit\w*",
    r"collect(?:s|ed|ing|ion|ions|or|ors)?",
    r"repay\w*",
    r"payments?",
    r"instal?lments?",
    r"default\w*",
    r"delinquen\w*",
    r"amounts?",
    r"balances?",
    r"principal",
    r"bank\w*",
    r"financ\w*",
    r"courts?",
    r"lawsuits?",
    r"su(?:e|ed|ing)",
)
# 元 alone would find every 单元 of an address, so money is a number with a currency.
_MONEY = (
    r"(?:[¥￥$€£₹]|\b(?:CNY|RMB|USD|EUR|GBP|INR|TWD|RUB|IDR|AUD)\b)\s*\d",
    r"\d[\d,.]*\s*(?:万|亿)?元(?!旦)",
    r"\d[\d,.]*\s*(?:[¥￥$€£₹]|\b(?:CNY|RMB|USD|EUR|GBP|INR|TWD|RUB|IDR|AUD|yuan|dollars?|euros?|pounds?)\b)",
)
_TELLING = re.compile(
    "|".join((*_CHINESE, rf"\b(?:{'|'.join(_ENGLISH)})\b", *_MONEY)),
    re.IGNORECASE,
)


def telling_words(text: str) -> tuple[str, ...]:
    """Every word or sum in a text that speaks of a debt or of a lender, in the order in which they stand."""
    return tuple(found.group() for found in _TELLING.finditer(text))
