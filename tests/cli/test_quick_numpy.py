"""What numpy is without its documentation: as quick as it should be, and all that netdiag uses."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from netdiag.cli.quick_numpy import DOCUMENTATION, TYPES, is_known, leave_out_its_words
from tests.cli.conftest import ROOT, environment

CODE = """
import json, sys
from netdiag.cli.quick_numpy import leave_out_its_words
leave_out_its_words()
import numpy as np
import numpy.typing as npt
import netdiag.analysis

print(json.dumps({
    "documented": bool(np.ndarray.__doc__),
    "sum": int(np.arange(4).sum()),
    "norm": float(np.linalg.norm(np.array([3.0, 4.0]))),
    "types": str(npt.NDArray[np.uint8] | npt.ArrayLike | None).count("AnyType"),
    "loaded": [name for name in sys.argv[1:] if hasattr(sys.modules[name], "__file__")],
}))
"""


def test_numpy_works_without_its_words() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, *DOCUMENTATION, *TYPES],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    assert said == {"documented": False, "sum": 6, "norm": 5.0, "types": 1, "loaded": []}


def test_numpy_still_has_modules_of_these_names() -> None:
    assert all(find_spec(name) for name in (*DOCUMENTATION, *TYPES))


@pytest.mark.parametrize(
    ("version", "known"), [("2.4.6", True), ("2.40.0", False), ("2.5.0", False), ("12.4.0", False)]
)
def test_a_version_that_nobody_tried_is_imported_as_ever(version: str, known: bool) -> None:
    assert is_known(f'"""Of numpy"""\n\nversion = "{version}"\n') == known


def test_numpy_that_is_there_already_is_left_alone() -> None:
    import numpy.typing  # noqa: PLC0415, F401 - as pytest may have done, or not

    before = {name: sys.modules.get(name) for name in (*DOCUMENTATION, *TYPES)}
    leave_out_its_words()
    assert before == {name: sys.modules.get(name) for name in before}
    assert all(module is None or find_spec(name) for name, module in before.items())
