"""The letter of authorization: the crew shows it at the door, and keeps it."""

from api.papers.sheet import Sheet
from api.papers.verification import verification_address
from api.papers.visit_facts import VisitFacts
from api.papers.words import span_in_words, words_in

_SCOPE = ("scope_person", "scope_entry", "scope_money", "scope_record", "scope_help")


def add_letter(sheet: Sheet, facts: VisitFacts, language: str) -> None:
    """Add one letter on a page of its own."""
    words = words_in(language)
    sheet.new_page()
    sheet.paragraph(words["letter"], size=20, centred=True)
    sheet.fact(words["number"], facts.number)
    sheet.fact(words["issuer"], facts.issuer)
    sheet.paragraph("", size=4)
    sheet.paragraph(words["letter_opening"].format(visit_id=facts.visit_id, name=facts.text.name))
    sheet.table(
        [words[key] for key in ("name", "badge_number", "identity_number", "phone")],
        [
            (person.text.name, person.badge_number, person.text.identity_number, person.text.phone or facts.hotline)
            for person in facts.people
        ],
        shares=(3, 2, 4, 3),
    )
    sheet.fact(words["validity"], span_in_words("validity_span", facts.valid, language))
    sheet.fact(words["place"], facts.text.address)
    sheet.heading(words["scope"])
    for key in _SCOPE:
        sheet.bullet(words[key])
    sheet.heading(words["verify"])
    sheet.paragraph(words["verify_how"].format(hotline=facts.hotline))
    sheet.paragraph(words["complaints"].format(hotline=facts.hotline))
    sheet.qr_code(verification_address(facts.public_url, facts.number), size=42)
    sheet.box(words["seal_place"], width=62, height=42)
    sheet.fact(words["issued_on"], "____________________")
    sheet.paragraph(verification_address(facts.public_url, facts.number), size=8)
