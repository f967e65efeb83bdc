"""`scripts/find_python.sh` against a machine made of fake Pythons."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHELL = shutil.which("sh") or "/bin/sh"
NO_PYTHON = 3


class Machine:
    """A folder for PATH and one for HOME, both empty until a Python is put there."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "path"
        self.home = folder / "home"
        self.path.mkdir()
        self.home.mkdir()

    def put(self, place: Path, *, right_version: bool = True, can_make_environments: bool = True) -> Path:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(
            "#!/bin/sh\n"
            'case "$2" in\n'
            f"*version_info*) exit {int(not right_version)} ;;\n"
            f"*ensurepip*) exit {int(not can_make_environments)} ;;\n"
            'esac\necho "$0"\n'
        )
        place.chmod(0o755)
        return place

    def put_uv(self, python: Path) -> None:
        uv = self.path / "uv"
        uv.write_text(f'#!/bin/sh\n[ "$1 $2" = "python find" ] && echo {python}\nexit 0\n')
        uv.chmod(0o755)

    def find_python(self, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SHELL, str(ROOT / "scripts/find_python.sh")],
            # Only `cat` is wanted of the real machine; its Pythons stay out of sight.
            env={"PATH": f"{self.path}:{self._only_cat()}", "HOME": str(self.home), **settings},
            capture_output=True,
            text=True,
            check=False,
        )

    def _only_cat(self) -> Path:
        folder = self.path.parent / "system"
        folder.mkdir(exist_ok=True)
        if not (folder / "cat").exists():
            (folder / "cat").symlink_to(shutil.which("cat") or "/bin/cat")
        return folder


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_python_on_the_path_is_taken(machine: Machine) -> None:
    python = machine.put(machine.path / "python3.12")
    assert machine.find_python().stdout.strip() == str(python)


def test_an_old_python3_is_passed_over_for_one_of_pyenv(machine: Machine) -> None:
    machine.put(machine.path / "python3", right_version=False)
    python = machine.put(machine.home / ".pyenv/versions/3.12.9/bin/python")
    assert machine.find_python().stdout.strip() == str(python)


def test_a_shim_that_fails_is_passed_over(machine: Machine) -> None:
    machine.put(machine.path / "python3.12").write_text("#!/bin/sh\nexit 127\n")
    python = machine.put(machine.path / "python3.13")
    assert machine.find_python().stdout.strip() == str(python)


def test_pyenv_is_looked_for_where_pyenv_root_says(machine: Machine, tmp_path: Path) -> None:
    python = machine.put(tmp_path / "elsewhere/versions/3.13.0/bin/python")
    assert machine.find_python(PYENV_ROOT=str(tmp_path / "elsewhere")).stdout.strip() == str(python)


def test_the_last_resort_is_uv(machine: Machine, tmp_path: Path) -> None:
    python = machine.put(tmp_path / "of-uv/python3.12")
    machine.put_uv(python)
    assert machine.find_python().stdout.strip() == str(python)


def test_a_chosen_python_wins(machine: Machine, tmp_path: Path) -> None:
    machine.put(machine.path / "python3.12")
    chosen = machine.put(tmp_path / "chosen/python")
    assert machine.find_python(PYTHON=str(chosen)).stdout.strip() == str(chosen)


def test_a_chosen_python_that_will_not_do_is_named(machine: Machine, tmp_path: Path) -> None:
    machine.put(machine.path / "python3.12")
    chosen = machine.put(tmp_path / "chosen/python", right_version=False)
    answer = machine.find_python(PYTHON=str(chosen))
    assert answer.returncode == NO_PYTHON
    assert str(chosen) in answer.stderr


def test_without_any_python_the_answer_says_how_to_get_one(machine: Machine) -> None:
    answer = machine.find_python()
    assert answer.returncode == NO_PYTHON
    assert answer.stdout == ""
    assert "needs Python 3.12 or 3.13" in answer.stderr


def test_a_python_without_venv_is_passed_over_while_another_will_do(machine: Machine) -> None:
    machine.put(machine.path / "python3.12", can_make_environments=False)
    python = machine.put(machine.path / "python3.13")
    assert machine.find_python().stdout.strip() == str(python)


def test_a_python_without_venv_alone_is_explained(machine: Machine) -> None:
    machine.put(machine.path / "python3.12", can_make_environments=False)
    answer = machine.find_python()
    assert answer.returncode == NO_PYTHON
    assert "python3-venv" in answer.stderr
