"""The day in its course: a plan that goes on from what happened, and disturbs as few people as it can."""

from scheduler.replanning.anew import CHANGE_COST, LIMITS, Replanned, replan
from scheduler.replanning.disturbance import Disturbance, disturbance
from scheduler.replanning.situation import Promise, Situation, as_planned, left_to_plan

__all__ = [
    "CHANGE_COST",
    "LIMITS",
    "Disturbance",
    "Promise",
    "Replanned",
    "Situation",
    "as_planned",
    "disturbance",
    "left_to_plan",
    "replan",
]
