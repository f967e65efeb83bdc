"""The application, made of all its parts."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, current_app, jsonify
from flask_openapi3.models.info import Info
from werkzeug.middleware.proxy_fix import ProxyFix

from api import current
from api.access import check_policies, open_to_everyone
from api.access.browser import who_asks
from api.access.policy import enforce
from api.clock import utc_now
from api.errors import ProblemDetails, handle_errors, on_validation_error
from api.operation import watch
from api.rest.approvals import approvals_api
from api.rest.audit_trail import audit_api
from api.rest.bodies import be_strict
from api.rest.cases import cases_api
from api.rest.collectors import collectors_api
from api.rest.concerns import concerns_api
from api.rest.corrections import corrections_api
from api.rest.day_course import day_course_api
from api.rest.day_events import day_events_api
from api.rest.day_reports import day_reports_api
from api.rest.documentation import DocumentedApp
from api.rest.errands import errands_api
from api.rest.experiments import experiments_api
from api.rest.found_rates import found_rates_api
from api.rest.idempotency import guard
from api.rest.imports import imports_api
from api.rest.jobs import jobs_api
from api.rest.keeping import keeping_api
from api.rest.letters import letters_api
from api.rest.links import links_api
from api.rest.notices import notices_api
from api.rest.plan_files import plan_files_api
from api.rest.plans import plans_api
from api.rest.reveals import reveals_api
from api.rest.rule_packs import rule_packs_api
from api.rest.status import status_api
from api.rest.tokens import tokens_api
from api.rest.users import users_api
from api.rest.verification import verification_api
from api.rest.visit_record_files import visit_record_files_api
from api.rest.visits import visits_api
from api.rest.webhooks import webhooks_api
from api.rest.weeks import weeks_api
from api.rest.workplaces import workplaces_api
from api.security import protect
from api.settings import Settings
from api.web.approval_pages import approval_pages
from api.web.audit_pages import audit_pages
from api.web.board import board
from api.web.case_changes import case_changes
from api.web.case_exceptions import case_exceptions
from api.web.cases import case_pages
from api.web.collectors import collector_pages
from api.web.crew_links import crew_links
from api.web.crew_phone import crew_phone
from api.web.day_report_page import day_report_page
from api.web.difference_page import difference_page
from api.web.doors import doors
from api.web.found_rates_page import found_rates_page
from api.web.hotline_pages import hotline_pages
from api.web.imports import import_pages
from api.web.limits import keep_limits
from api.web.oversight_pages import conduct_page, retention_page
from api.web.pages import pages
from api.web.people_pages import people_pages
from api.web.planning_page import planning_page
from api.web.publishing_page import publishing_page
from api.web.replan_pages import replan_pages
from api.web.rule_pages import rule_pages
from api.web.running_page import running_page
from api.web.service_page import service_page
from api.web.shifts import shift_pages
from api.web.signing_in import signing_in
from api.web.signing_in_elsewhere import elsewhere
from api.web.slots_page import slots_page
from api.web.week_page import week_page
from api.web.what_if_pages import what_if_pages
from api.web.why_pages import why_pages
from api.web.wishes_pages import wishes_pages

API_VERSION = "1.0.0"


def create_app(
    settings: Settings, clock: Callable[[], datetime] = utc_now, kept: current.Kept | None = None
) -> DocumentedApp:
    """Make the service.

    Args:
        settings: Where the data is, and what the pages offer.
        clock: Says what time it is, aware.
        kept: What is open already, by the same settings and clock; None opens it.

    Returns:
        A WSGI application that answers loopback names and the public one, and nobody who is not signed in.

    Raises:
        InvalidInput: When the secret key cannot be used.
    """
    app = DocumentedApp(
        __name__,
        info=Info(title="Visit scheduler", version=API_VERSION, description="Stored plans of visits, by HTTP."),
        security_schemes={"token": {"type": "http", "scheme": "bearer"}},
        validation_error_model=ProblemDetails,
        validation_error_callback=on_validation_error,
        doc_ui=False,
        static_folder="web/static",
        template_folder="web/templates",
    )
    current.keep(app, kept or current.Kept.opened(settings, clock))
    if settings.proxies:
        # Only the last ones are believed: what a client writes into these headers itself stands before them.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    watch(app)
    protect(app, settings.public_url)
    enforce(app, who_asks)
    be_strict(app)
    handle_errors(app)
    keep_limits(app)
    for part in (
        *(
            plans_api,
            jobs_api,
            weeks_api,
            found_rates_api,
            errands_api,
            users_api,
            tokens_api,
            reveals_api,
            approvals_api,
        ),
        *(letters_api, rule_packs_api, audit_api),
        *(cases_api, collectors_api, imports_api, workplaces_api),
        *(plan_files_api, day_course_api, visits_api, links_api, notices_api, webhooks_api, verification_api),
        *(corrections_api, concerns_api, keeping_api, status_api, experiments_api),
        *(day_events_api, day_reports_api, visit_record_files_api),
    ):
        app.register_api(part)
    for page in (
        *(pages, planning_page, week_page, found_rates_page, signing_in, elsewhere, doors, crew_phone),
        *(case_pages, case_changes, case_exceptions, import_pages, collector_pages, shift_pages),
        *(wishes_pages, hotline_pages),
        *(board, slots_page, replan_pages, publishing_page, crew_links, difference_page),
        *(why_pages, rule_pages, approval_pages, audit_pages, conduct_page, retention_page),
        *(people_pages, service_page, what_if_pages),
        *(running_page, day_report_page),
    ):
        app.register_blueprint(page)
    app.add_url_rule("/openapi.json", "openapi_document", _openapi_document)
    guard(app)
    check_policies(app)
    return app


@open_to_everyone("It describes the program, which anybody can read, and nobody's data.")
def _openapi_document() -> Response:
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]  # create_app makes no other kind
