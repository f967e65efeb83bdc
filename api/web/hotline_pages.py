"""The hotline's page: what somebody on the telephone reads out, and what may be said to them."""

from flask import Blueprint, render_template, request

from api import current
from api.access import allow
from api.access.roles import STAFF
from api.visiting import verifying
from api.web.shown_people import shown_people

hotline_pages = Blueprint("hotline_pages", __name__, url_prefix="/hotline")
_LONGEST = 100


@hotline_pages.get("")
@allow(*STAFF)
def show() -> str:
    """The form."""
    return render_template("hotline.html", found=None)


@hotline_pages.post("")
@allow(*STAFF)
def ask() -> str:
    """Look it up, and note that it was looked up; the number stands in no address."""
    typed = request.form.get("number", "")[:_LONGEST].strip()
    with current.writing() as unit:
        found = verifying.for_hotline(unit, typed)
    return render_template("hotline.html", found=found, people=shown_people(found.bearers))
