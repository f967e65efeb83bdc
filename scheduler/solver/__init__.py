"""The planner's engines: they read integer arrays and answer with orders of visits, never with law."""
