"""The service: pages for people, an interface for programs, and the command line.

The application is imported when it is asked for: it is made of so many parts that importing them takes seconds, and
neither the command line nor a process that plans needs them.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.app import create_app
else:

    def __getattr__(name: str) -> object:
        if name == "create_app":
            from api.app import create_app

            return create_app
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["create_app"]
