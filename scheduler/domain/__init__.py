"""What the scheduler talks about, as frozen dataclasses on the standard library alone."""
