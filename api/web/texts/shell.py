"""Texts of what stands around every page: the menu, the colours, what was just done."""

from collections.abc import Mapping

SHELL_TEXTS: Mapping[str, tuple[str, str]] = {
    "settings": ("语言和颜色", "Language and colours"),
    # the menu
    "menu_days": ("日期", "Days"),
    "menu_visits": ("外访", "Visits"),
    "menu_what_if": ("模拟", "What if"),
    "menu_rules": ("规则", "Rules"),
    "menu_approvals": ("审批", "Approvals"),
    "menu_audit": ("审计", "Audit"),
    "menu_conduct": ("行为", "Conduct"),
    "menu_retention": ("保存期限", "Retention"),
    "menu_people": ("用户", "People"),
    "menu_service": ("系统", "Service"),
    # colours
    "theme_light": ("浅色", "Light"),
    "theme_dark": ("深色", "Dark"),
    # what was refused
    "faults_title": ("没有保存。请改正以下各项：", "Nothing was saved. Please mend this:"),
}
