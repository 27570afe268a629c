"""The first bytes of payloads, side by side."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netdiag.exchanges.protocols.leads import LEAD_BYTES, Leads, gather
from tests.exchanges.protocols.marking import payloads_of

some_payloads = st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=8)


@given(payloads=some_payloads, captured=st.none() | st.integers(1, 20))
def test_leads_are_the_captured_bytes_and_zeros(
    payloads: list[bytes], captured: int | None
) -> None:
    leads = Leads.of(payloads_of(payloads, captured))
    for i, payload in enumerate(payloads):
        lead = payload[:captured][:LEAD_BYTES].ljust(LEAD_BYTES, b"\0")
        assert leads.octets[i].tobytes() == lead
        assert leads.words[i].tolist() == [
            int.from_bytes(lead[k : k + 4], "big") for k in range(0, LEAD_BYTES, 4)
        ]


@given(payloads=some_payloads, captured=st.none() | st.integers(1, 20))
def test_the_last_four_bytes_are_known_of_whole_payloads(
    payloads: list[bytes], captured: int | None
) -> None:
    last = Leads.of(payloads_of(payloads, captured)).last_four().tolist()
    assert last == [
        int.from_bytes(payload[-4:], "big")
        if len(payload) >= 4 and (captured is None or captured >= len(payload))
        else 0
        for payload in payloads
    ]


def test_starts_with_looks_at_all_or_at_some() -> None:
    leads = Leads.of(payloads_of([b"GET /", b"GOT", b"GET", b"POST"]))
    assert leads.starts_with(b"GET").tolist() == [True, False, True, False]
    assert leads.starts_with(b"GET", np.array([1, 2])).tolist() == [False, True]


def test_gather_reads_up_to_the_very_end() -> None:
    data = np.arange(20, dtype=np.uint8)
    assert gather(data, np.array([16, 0]), 4).tolist() == [[16, 17, 18, 19], [0, 1, 2, 3]]
