"""What lists show of a person."""


def masked(name: str) -> str:
    """The first sign of a name, `张*`; how long the name is stays hidden too."""
    name = name.strip()
    return f"{name[0]}*" if name else ""
