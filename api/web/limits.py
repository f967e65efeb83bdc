"""How often one client may try: for pages and operations that are open to everyone."""

from flask import request
from flask_limiter import Limiter

LOOK_UPS = "20 per minute"
GUESSES = "5 per 10 minutes"
MESSAGES = "10 per hour"


def _client() -> str:
    return request.remote_addr or ""


# In the memory of each process; an application gets a memory of its own.
limiter = Limiter(_client, storage_uri="memory://", headers_enabled=True)
