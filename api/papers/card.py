"""The card left at a door where nobody was met: strangers may read it, so it names nobody and says nothing."""

from api.papers.sheet import Sheet
from api.papers.verification import short_reference
from api.papers.visit_facts import VisitFacts
from api.papers.words import words_in


def add_card(sheet: Sheet, facts: VisitFacts, language: str) -> None:
    """Add one card on a page of its own, to be cut below its last line."""
    words = words_in(language)
    sheet.new_page()
    sheet.paragraph(words["card_opening"], size=14)
    sheet.paragraph(words["card_missed"], size=12)
    sheet.fact(words["hotline"], facts.hotline, size=14)
    sheet.fact(words["reference"], short_reference(facts.number), size=14)
    sheet.paragraph("", size=4)
    sheet.paragraph(words["card_strangers"], size=9)
