"""A rolling plan of up to seven days: which visit on which day and by which shift.

The days are planned together, as one problem, so that a cap sees all of them and each visit gets the day that suits the
whole week best; then the plan is taken apart again, and each day's part is a checked plan of that day's own problem.
"""

from scheduler.week_planning.days import DayPlan, WeekPlan, plan_week, taken_apart
from scheduler.week_planning.united import Week, WeekDay, united

__all__ = ["DayPlan", "Week", "WeekDay", "WeekPlan", "plan_week", "taken_apart", "united"]
