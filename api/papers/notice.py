"""The notice of a visit: two sides of one sheet, folded so that the address alone is outside."""

from api.papers.sheet import Sheet
from api.papers.verification import verification_address
from api.papers.visit_facts import VisitFacts
from api.papers.words import span_in_words, words_in
from api.web.catalogue import clock, day_in_words

# Where a window envelope and a sheet folded in three show the address.
_ADDRESS_LEFT_MM, _ADDRESS_TOP_MM, _ADDRESS_WIDTH_MM = 22, 52, 85


def add_notice(sheet: Sheet, facts: VisitFacts, language: str) -> None:
    """Add the two pages of one notice: outside, then inside."""
    words = words_in(language)
    sheet.new_page()
    sheet.text_block_at(
        _ADDRESS_LEFT_MM,
        _ADDRESS_TOP_MM,
        f"{facts.text.name}\n{facts.text.address}",
        width=_ADDRESS_WIDTH_MM,
        size=12,
    )
    sheet.new_page()
    sheet.paragraph(words["notice"], size=20, centred=True)
    sheet.fact(words["number"], facts.number)
    sheet.paragraph("", size=4)
    sheet.paragraph(words["notice_opening"].format(name=facts.text.name))
    sheet.paragraph(words["notice_purpose"].format(visit_id=facts.visit_id))
    day, hour = day_in_words(facts.expected_at.date(), language), clock(facts.expected_at)
    sheet.fact(words["time"], words["expected_at"].format(day=day, time=hour))
    sheet.fact("", span_in_words("valid_note", facts.valid, language))
    sheet.fact(words["place"], facts.text.address)
    sheet.heading(words["people"])
    sheet.table(
        [words["name"], words["badge_number"]],
        [(person.text.name, person.badge_number) for person in facts.people],
        shares=(2, 1),
    )
    sheet.paragraph(words["notice_papers"])
    sheet.heading(words["verify"])
    sheet.paragraph(words["verify_how"].format(hotline=facts.hotline))
    sheet.heading(words["change"])
    sheet.paragraph(words["change_how"].format(hotline=facts.hotline))
    sheet.paragraph(words["complaints"].format(hotline=facts.hotline))
    sheet.qr_code(verification_address(facts.public_url, facts.number), size=36)
    sheet.paragraph(verification_address(facts.public_url, facts.number), size=8)
    sheet.paragraph(facts.issuer)
