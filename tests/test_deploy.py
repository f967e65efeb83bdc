"""The files for servers hold together: what they name exists, and they open nothing that must stay shut."""

import re
from pathlib import Path
from typing import Any

import click
import yaml  # type: ignore[import-untyped]  # comes with the tools for tests, without annotations

from api.cli.app import cli
from api.store.keeping import KEEP_RULES

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"


def exists(words: list[str]) -> bool:
    """Whether `visits` has the command that words name."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words:
        name, *words = words
        if name not in command.commands:
            return False
        command = command.commands[name]
    return True


def test_the_compose_file_is_whole() -> None:
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    for name, service in services.items():
        assert ("image" in service) != ("build" in service), name
        for needed in service.get("depends_on", ()):
            assert needed in services, name
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or source.startswith("./"), volume
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
            assert exists(service["command"][1:]), name
    assert (DEPLOY / "nginx.conf").is_file()
    assert services["proxy"]["network_mode"] == "service:service", "the service listens on loopback alone"
    assert "ports" not in services["database"]
    assert "PASSWORD:" not in (DEPLOY / "compose.yaml").read_text(), "secrets stand in files of their own"


def test_every_command_of_the_units_exists() -> None:
    named = [
        words.split()
        for path in DEPLOY.glob("*.service")
        for words in re.findall(r"/bin/visits ([a-z -]+[a-z])", path.read_text())
    ]
    assert len(named) >= 4
    assert all(exists(words) for words in named)


def test_the_proxy_hides_the_figures_and_keeps_no_addresses() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    assert "location = /metrics { return 404; }" in text
    assert "access_log off;" in text


def test_every_kind_of_data_is_documented_with_its_days() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", page, flags=re.MULTILINE)
    assert [(kind, int(days)) for kind, days in rows] == [(rule.kind, rule.days) for rule in KEEP_RULES]
