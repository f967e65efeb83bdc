"""Printed papers: route sheets for crews, and letters, notices and cards for the people they visit."""

from api.papers.fonts import paper_font
from api.papers.kinds import visit_papers
from api.papers.route_sheet import route_sheets
from api.papers.visit_facts import PaperKind

__all__ = ["PaperKind", "paper_font", "route_sheets", "visit_papers"]
