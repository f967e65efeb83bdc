"""What people are here for."""

from enum import StrEnum


class Role(StrEnum):
    """A user has one of these."""

    DISPATCHER = "dispatcher"
    PLANNER = "planner"
    COMPLIANCE = "compliance"
    COLLECTOR = "collector"
    ADMINISTRATOR = "administrator"


STAFF = (Role.DISPATCHER, Role.PLANNER, Role.COMPLIANCE, Role.ADMINISTRATOR)
