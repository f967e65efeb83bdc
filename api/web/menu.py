"""The menu: what somebody's role lets them open."""

from dataclasses import dataclass

from flask import current_app, g, request, url_for

from api.access.policy import actor, policy_of

# In this order; whose role a page does not admit does not see its line.
ENTRIES = (
    ("menu_days", "pages.list_days"),
    ("menu_week", "week_page.show"),
    ("menu_found_rates", "found_rates_page.show"),
    ("menu_cases", "case_pages.list_cases"),
    ("menu_imports", "import_pages.show_imports"),
    ("menu_collectors", "collector_pages.list_collectors"),
    ("menu_shifts", "shift_pages.list_shifts"),
    ("menu_what_if", "what_if_pages.list_experiments"),
    ("menu_wishes", "wishes_pages.list_wishes"),
    ("menu_hotline", "hotline_pages.show"),
    ("menu_visits", "why_pages.list_visits"),
    ("menu_rules", "rule_pages.list_packs"),
    ("menu_approvals", "approval_pages.list_approvals"),
    ("menu_audit", "audit_pages.show"),
    ("menu_conduct", "conduct_page.show_conduct"),
    ("menu_retention", "retention_page.show_retention"),
    ("menu_people", "people_pages.list_people"),
    ("menu_service", "service_page.show"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuLine:
    """A line of the menu.

    Attributes:
        key: Of its text.
        url: Where it leads.
        is_here: Whether the page that is shown belongs to it.
    """

    key: str
    url: str
    is_here: bool


def menu() -> tuple[MenuLine, ...]:
    """The lines for who asks; none for strangers."""
    if g.get("actor") is None:
        return ()
    here = request.blueprint
    return tuple(
        MenuLine(key=key, url=url_for(endpoint), is_here=endpoint.partition(".")[0] == here)
        for key, endpoint in ENTRIES
        if _admits(endpoint)
    )


def _admits(endpoint: str) -> bool:
    policy = policy_of(current_app.view_functions[endpoint])
    return isinstance(policy, frozenset) and actor().role in policy
