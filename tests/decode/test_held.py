"""While rows go, those that stay keep their order and their samples."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from netdiag.columns import Mask
from netdiag.decode.aside import Aside
from netdiag.decode.held import Held
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from tests.conversations import Heard, listen
from tests.messages import get, ok
from tests.scripted import pooled


def heard() -> Heard:
    talk = pooled()
    for number in range(12):
        talk.asks(get(f"/{number}"), ok(b"x" * number))
    return listen(talk)


class Told:
    """Lets go of the rows whose frames it was told, and is done with others."""

    rows, to_the_end = 1, False

    def __init__(self, unwanted: set[int], done: set[int]) -> None:
        self._unwanted, self._done = list(unwanted), list(done)

    def see(self, segments: Segments) -> None:
        """Nothing."""

    def aside(self) -> Aside:
        return Aside.nothing()

    def sort_out(self, segments: Segments, samples: Samples) -> tuple[Mask, Mask]:
        kept = ~np.isin(segments.frame, self._unwanted)
        return kept, kept & np.isin(segments.frame, self._done)


frames = st.sets(st.integers(1, 60))


@given(looks=st.lists(st.tuples(st.integers(1, 20), frames, frames), max_size=6))
def test_what_stays_is_as_it_was(looks: list[tuple[int, set[int], set[int]]]) -> None:
    whole = heard()
    held, begin = Held(), 0
    gone: set[int] = set()
    done: set[int] = set()
    for count, unwanted, over in [*looks, (len(whole.segments), set(), set())]:
        part = whole.segments.take(slice(begin, begin + count))
        samples, numbers = whole.samples.taken(part.sample)
        held.add(replace(part, sample=numbers), samples)
        begin = min(begin + count, len(whole.segments))
        held.set_aside(Told(unwanted, over))
        so_far = set(range(1, begin + 1)) - done
        gone |= so_far & unwanted
        done |= so_far & over - gone
        assert len(held) == len(so_far - gone - done)
    segments, samples = held.finish()
    stays = ~np.isin(whole.segments.frame, list(gone))
    assert segments.frame.tolist() == whole.segments.frame[stays].tolist()
    assert segments.sequence.tolist() == whole.segments.sequence[stays].tolist()
    texts = whole.samples.texts(whole.segments.sample[stays])
    assert samples.texts(segments.sample) == texts
    assert len(samples) == np.count_nonzero(segments.sample >= 0)
