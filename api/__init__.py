"""The service: pages for people, an interface for programs, and the command line."""

from flask import Response, jsonify
from flask_openapi3.models.info import Info

from api import current
from api.errors import ProblemDetails, handle_errors, on_validation_error
from api.rest.documentation import DocumentedApp
from api.rest.plans import plans_api
from api.security import protect
from api.settings import Settings
from api.store import PlanStore
from api.web.pages import pages

API_VERSION = "1.0.0"


def create_app(settings: Settings) -> DocumentedApp:
    """Make the service.

    Args:
        settings: Where the data is, and what the pages offer.

    Returns:
        A WSGI application that answers loopback names alone, because it has no logins yet.

    Raises:
        InvalidInput: When the secret key cannot be used.
    """
    app = DocumentedApp(
        __name__,
        info=Info(title="Visit scheduler", version=API_VERSION, description="Stored plans of visits, by HTTP."),
        security_schemes={},
        validation_error_model=ProblemDetails,
        validation_error_callback=on_validation_error,
        doc_ui=False,
        static_folder="web/static",
        template_folder="web/templates",
    )
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024  # nothing is uploaded by HTTP
    current.keep(app.extensions, settings, PlanStore(settings))
    protect(app)
    handle_errors(app)
    app.register_api(plans_api)
    app.register_blueprint(pages)
    app.add_url_rule("/openapi.json", "openapi_document", lambda: jsonify(app.api_doc))
    app.add_url_rule("/livez", "livez", _livez)
    return app


def _livez() -> Response:
    return jsonify(status="ok")
