"""The service: pages for people, an interface for programs, and the command line."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, current_app, jsonify
from flask_openapi3.models.info import Info

from api import current
from api.access import check_policies, open_to_everyone
from api.access.bearer import by_token
from api.access.policy import enforce
from api.clock import utc_now
from api.errors import ProblemDetails, handle_errors, on_validation_error
from api.rest.cases import cases_api
from api.rest.collectors import collectors_api
from api.rest.documentation import DocumentedApp
from api.rest.imports import imports_api
from api.rest.plans import plans_api
from api.rest.workplaces import workplaces_api
from api.security import protect
from api.settings import Settings
from api.store import PlanStore
from api.web.pages import pages

API_VERSION = "1.0.0"


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_now) -> DocumentedApp:
    """Make the service.

    Args:
        settings: Where the data is, and what the pages offer.
        clock: Says what time it is, aware.

    Returns:
        A WSGI application that answers loopback names alone, because it has no logins yet.

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
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024  # imports and photos say themselves how much more they take
    current.keep(app, current.Kept(settings=settings, plans=PlanStore(settings, clock), clock=clock))
    protect(app)
    enforce(app, by_token)
    handle_errors(app)
    for resource in (cases_api, collectors_api, imports_api, plans_api, workplaces_api):
        app.register_api(resource)
    app.register_blueprint(pages)
    app.add_url_rule("/openapi.json", "openapi_document", _openapi_document)
    app.add_url_rule("/livez", "livez", _livez)
    check_policies(app)
    return app


@open_to_everyone("It describes the program, which anybody can read, and nobody's data.")
def _openapi_document() -> Response:
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]  # create_app makes no other kind


@open_to_everyone("It says that the process answers, and nothing else.")
def _livez() -> Response:
    return jsonify(status="ok")
