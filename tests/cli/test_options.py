"""Options that commands share."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from netdiag.cli.options import jobs_option, language_option, output_options, selection_options
from netdiag.language import current


@click.command()
@selection_options
@language_option
def show(**chosen: object) -> None:
    """Say what was chosen."""
    click.echo(f"{current()} {sorted(chosen.items(), key=str)}")


@pytest.mark.parametrize(
    ("locale", "arguments", "language"),
    [
        ("C", [], "en"),
        ("zh_CN.UTF-8", [], "zh_CN"),
        ("zh_CN.UTF-8", ["--lang", "en"], "en"),
        ("C", ["--lang", "zh_CN"], "zh_CN"),
    ],
)
def test_the_language_holds_for_one_run(locale: str, arguments: list[str], language: str) -> None:
    result = CliRunner(env={"LC_ALL": locale, "LANGUAGE": ""}).invoke(show, arguments)
    assert result.output.startswith(f"{language} ")
    assert current() == "en"


def test_the_selection_is_passed_on_by_name() -> None:
    result = CliRunner().invoke(show, ["--port", "80", "--since", "+1", "--lang", "en"])
    for given in ["('port', 80)", "('since', '+1')", "('server', None)", "('until', None)"]:
        assert given in result.output


def test_a_language_without_a_catalogue_is_refused() -> None:
    result = CliRunner().invoke(show, ["--lang", "xx"])
    assert result.exit_code == 2
    assert "'en', 'zh_CN'" in result.output


def test_the_first_format_is_the_default() -> None:
    @click.command()
    @output_options(["plain", "fancy"], "the song")
    def sing(format_name: str, output: str | None) -> None:
        click.echo(f"{format_name} {output}")

    assert CliRunner().invoke(sing).output == "plain None\n"
    assert CliRunner().invoke(sing, ["--format", "fancy", "-o", "x"]).output == "fancy x\n"
    assert "How to write the song." in CliRunner().invoke(sing, ["--help"]).output


@pytest.mark.parametrize(
    ("arguments", "output"),
    [([], "None\n"), (["--jobs", "3"], "3\n"), (["--jobs", "0"], "x>=1"), (["--jobs", "x"], "'x'")],
)
def test_how_many_processes(arguments: list[str], output: str) -> None:
    @click.command()
    @jobs_option
    def work(jobs: int | None) -> None:
        click.echo(f"{jobs}")

    assert output in CliRunner().invoke(work, arguments).output
