"""Where compiled kernels are kept between processes.

Numba notices a change in a kernel's own file, but not in a function that it calls from another file. The folder is
therefore named after a hash of all their sources. It belongs to the user alone: compiled kernels are loaded as code.
Where no such folder can be made, kernels are compiled in memory, each time anew.
"""

import hashlib
import os
from functools import cache
from importlib.metadata import version
from pathlib import Path

OWNER_ONLY = 0o700


@cache
def cache_folder() -> Path | None:
    """The user's own folder for this version of the kernels, None where it cannot be made."""
    try:
        folder = Path.home() / ".cache" / "visit-scheduler" / f"kernels-{_sources_hash()}"
        folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        is_mine = folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK)
    except (OSError, RuntimeError):  # a read-only disk, or a user without a home
        return None
    return folder if is_mine else None


def are_kernels_kept() -> bool:
    """Whether compiled kernels lie on disk, so that a search can begin at once."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob("*.nbi"))


def _sources_hash() -> str:
    digest = hashlib.sha256(version("numba").encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
