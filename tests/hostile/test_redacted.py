"""Of all that is planted, nothing is left in what was redacted; not even in the packets."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from netdiag.cli import main
from tests.hostile.planting import PAYLOADS, Planted, fields_in, plant


@pytest.fixture(params=["plain", "bytes"])
def planted(tmp_path: Path, request: pytest.FixtureRequest) -> Planted:
    return plant(tmp_path, PAYLOADS[request.param])


@pytest.mark.parametrize("options", [(), ("--redact",)])
def test_a_report(planted: Planted, options: tuple[str, ...]) -> None:
    command = ["analyze", str(planted.capture), "--log", str(planted.log), "--format", "json"]
    done = CliRunner().invoke(main, [*command, *options], prog_name="netdiag")
    assert done.exit_code == 0
    assert bool(fields_in(done.stdout)) is not bool(options)
    assert fields_in(done.stderr) == set()


@pytest.mark.parametrize("options", [(), ("--redact",)])
def test_evidence(planted: Planted, options: tuple[str, ...], tmp_path: Path) -> None:
    target = tmp_path / "evidence.pcapng"
    command = ["extract", str(planted.capture), "--all-findings", "-o", str(target)]
    done = CliRunner().invoke(main, [*command, *options], prog_name="netdiag")
    assert done.exit_code == 0
    left = fields_in(target.read_bytes().decode("latin-1"))
    assert left == set() if options else {"uri", "interface", "body", "sni"} <= left
