"""Channels in words."""

from collections.abc import Sequence

from scheduler.domain.case import Channel

_ZH = {
    Channel.PHONE: "电话",
    Channel.SMS: "短信",
    Channel.EMAIL: "邮件",
    Channel.PUSH: "应用消息",
    Channel.LETTER: "信函",
    Channel.VISIT: "上门",
}
_EN = {
    Channel.PHONE: "phone",
    Channel.SMS: "SMS",
    Channel.EMAIL: "e-mail",
    Channel.PUSH: "app message",
    Channel.LETTER: "letter",
    Channel.VISIT: "visit",
}


def channel_words(channels: Sequence[Channel], language: str) -> str:
    """`phone or SMS`, in `en` or `zh-CN`."""
    if language == "en":
        return " or ".join(_EN[channel] for channel in channels)
    return "或".join(_ZH[channel] for channel in channels)
