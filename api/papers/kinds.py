"""The papers about single visits, several visits in one file."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from api.papers.card import add_card
from api.papers.fonts import paper_font
from api.papers.letter import add_letter
from api.papers.notice import add_notice
from api.papers.sheet import Sheet
from api.papers.visit_facts import PaperKind, VisitFacts, facts_for
from api.papers.words import words_in
from api.settings import Settings
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text

_WRITERS: Mapping[PaperKind, Callable[[Sheet, VisitFacts, str], None]] = MappingProxyType(
    {PaperKind.LETTER: add_letter, PaperKind.NOTICE: add_notice, PaperKind.CARD: add_card}
)


def visit_papers(
    kind: PaperKind,
    plan: Plan,
    problem: Problem,
    *,
    texts: Mapping[str, Text],
    visit_ids: Sequence[str] | None = None,
    settings: Settings,
    language: str,
    numbers: Mapping[str, str] | None = None,
) -> bytes:
    """A PDF with one paper for each visit.

    Args:
        kind: Letter, notice or card.
        plan: The plan; whether it is lawful is the caller's question.
        problem: What it was made from, with the shifts that planning formed.
        texts: Names, addresses and identity numbers.
        visit_ids: The visits, None for all that are on routes.
        settings: Who issues the papers, where they are verified, and the font.
        language: `zh-CN` or `en`.
        numbers: By visit, the numbers of letters that were issued; others are made as `letter_number` says.

    Raises:
        InvalidInput: Everything at once that the paper needs and nobody gave; a visit that is on no route.
        MissingResource: There is no font, or it lacks a sign of a name or address.
    """
    facts = facts_for(kind, plan, problem, texts=texts, visit_ids=visit_ids, settings=settings, numbers=numbers)
    with Sheet(paper_font(settings.font), title=words_in(language)[kind], language=language) as sheet:
        for one in facts:
            _WRITERS[kind](sheet, one, language)
        return sheet.finished()
