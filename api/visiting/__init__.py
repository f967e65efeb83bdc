"""The life of a plan, and what happens at the door: rules, planner and store brought together in one unit of work."""
