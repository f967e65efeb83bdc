"""What if: plans carried out by chance, many times, so that a planner gets answers with intervals.

Two layers that never mix: the plan is made by the planner as always; its execution is what chance makes of it. What is
simulated stays here: no plan leaves with the ids of the real problem, so none can be published.
"""
