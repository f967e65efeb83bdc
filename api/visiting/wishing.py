"""What a borrower can ask by the link of a notice, and what follows at once: fewer visits, never more."""

from api.store import Unit, events, notices, outcome_effects, stops, wishes
from api.store.events import EventKind
from api.store.links import Link
from api.store.wishes import WishKind
from api.visiting.cancelling import call_off, call_off_unlawful
from scheduler.domain.visit import PlaceKind

# The circumstances that each wish puts on record, as rule packs name them, and which team lifts them.
_BLOCKS = {
    WishKind.DISPUTE: ("disputed", "disputes"),
    WishKind.NEED_HELP: ("hardship", "hardship"),
    WishKind.STOP: ("cease_request", "compliance"),
}
# A visit at the announced time and place is not wanted; which other one is, somebody has to settle.
_NOT_LIKE_THIS = frozenset({WishKind.ANOTHER_TIME, WishKind.ANOTHER_PLACE})


def ask(unit: Unit, link: Link, kind: WishKind, text: str) -> None:
    """Keep a wish with all that follows from it; asking twice is asking once.

    Args:
        unit: Of the link.
        link: Of a notice; open.
        kind: What is asked.
        text: In the borrower's own words; may be empty.
    """
    notice = None if link.notice_id is None else notices.get(unit, link.notice_id)
    if notice is None or not wishes.ask(unit, notice.case_id, kind, text, link_id=link.id, notice_id=notice.id):
        return
    case_id = notice.case_id
    if kind in _BLOCKS:
        block, owner = _BLOCKS[kind]
        outcome_effects.add_block(unit, case_id, block, source="borrower", owner=owner)
    if kind is WishKind.NOT_AT_WORK:
        outcome_effects.refuse_place(unit, case_id, PlaceKind.WORKPLACE, source="borrower")
    events.append(unit, EventKind.WISH_ASKED, f"notice:{notice.id}", case=notice.case_code, wish=kind.value)
    if kind in _NOT_LIKE_THIS and notice.plan_id is not None:
        stop = stops.one(unit, notice.plan_id, notice.case_code)
        if stop is not None and stop.record_id is None:
            call_off(unit, stop, f"borrower_asked_{kind.value}")
    call_off_unlawful(unit, case_id)
