"""Who asks, and what they may."""

from api.access.actor import Actor
from api.access.policy import allow, check_policies, open_to_everyone
from api.access.roles import Role

__all__ = ["Actor", "Role", "allow", "check_policies", "open_to_everyone"]
