"""The JSON report."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from netdiag.report.formats.json_format import as_json, render
from netdiag.report.page import PLAIN
from tests.conftest import Golden
from tests.recorded import examine
from tests.report.example import CAPTURE, EXAMPLE, QUIET, TIMEOUT


def test_the_whole_report(golden: Golden) -> None:
    golden("example.json", render(EXAMPLE, PLAIN))


def test_nothing_found(golden: Golden) -> None:
    golden("quiet.json", render(QUIET, PLAIN))


def test_audience_is_called_for() -> None:
    advice = json.loads(render(EXAMPLE, PLAIN))["findings"][0]["advice"][0]
    assert next(iter(advice)) == "for"
    assert "audience" not in advice


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("path", ["a.pcap", "caf\udce9.pcap"])
def test_numbers_that_json_has_no_words_for_are_null(value: float, path: str) -> None:
    server = replace(EXAMPLE.servers[0], idle_timeout=replace(TIMEOUT, high_s=value))
    capture = replace(CAPTURE, path=path)
    text = render(replace(EXAMPLE, servers=(server,), captures=(capture,)), PLAIN)
    assert json.loads(text)["servers"][0]["idle_timeout"]["high_s"] is None


def test_a_file_name_that_is_no_utf8_is_readable_by_every_reader() -> None:
    capture = replace(CAPTURE, path="caf\udce9-日本.pcap")
    text = render(replace(EXAMPLE, captures=(capture,)), PLAIN)
    assert json.loads(text.encode())["captures"][0]["path"] == "caf\\xe9-日本.pcap"


def test_the_text_is_that_of_the_standard_library() -> None:
    written = render(EXAMPLE, PLAIN)
    assert json.dumps(json.loads(written), indent=2) + "\n" == written
    nested = ({"a": [], "b": (1, 2.5, True, None, "\u4e2d\x1b")}, [{}], ())
    assert as_json(nested) == json.dumps(nested, indent=2) + "\n"


@settings(max_examples=30)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(1 << 63), (1 << 63) - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("ab:,\n"), inner),
    )
)
def test_any_value_is_read_as_it_was(value: object) -> None:
    written = as_json(value)
    assert json.loads(written) == value
    assert written.isascii()
    assert not set(written) & {chr(code) for code in (*range(10), *range(11, 32), 127)}


def test_characters_beyond_16_bits_are_no_lone_surrogates() -> None:
    assert json.loads(as_json(["\U0001f600", "\udcff\\ud800", "\U0001f600\udcff"])) == [
        "\U0001f600",
        "\\xff\\ud800",
        "\U0001f600\\xff",
    ]


def test_a_number_of_numpys_is_a_number() -> None:
    numbers = [np.float64(0.1), np.int64(3), np.bool_(True)]
    assert json.loads(as_json(numbers)) == [0.1, 3, True]
    assert json.loads(as_json([*numbers, "\ud800"]))[:3] == [0.1, 3, True]
    with pytest.raises(NotImplementedError, match="complex"):
        as_json([1j])


@pytest.mark.parametrize("name", ["cure-by-check", "cure-by-retries"])
def test_limits_that_clients_survived_are_numbers(name: str) -> None:
    assert json.loads(as_json(examine(name).report))["verdict"]["cause"]
