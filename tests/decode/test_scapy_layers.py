"""scapy's layers are there, and nothing was asked for them."""

from __future__ import annotations

import subprocess
import sys

from netdiag.decode.scapy_layers import load_layers

ALONE = """
import sys
asked = []
numbers = ("socket.getaddrinfo", "192.168.1.128")  # a number, for which nobody is asked
def hook(event, args):
    if event.startswith("socket.") and (event, *args)[:2] != numbers:
        asked.append(event)
sys.addaudithook(hook)
from netdiag.decode.scapy_layers import load_layers
load_layers()
from scapy.config import conf
from scapy.interfaces import NetworkInterfaceDict
import scapy.arch
print(asked, 1 in conf.l2types.num2layer, conf.route.routes, conf.route6.routes)
print(NetworkInterfaceDict.reload.__name__, scapy.arch.read_routes.__name__)
"""


def test_no_socket_is_opened_and_all_is_as_it_was() -> None:
    run = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["[] True [] []", "reload read_routes"]
    assert run.stderr == ""


def test_twice_is_once() -> None:
    load_layers()
    load_layers()
    assert "scapy.layers.all" in sys.modules
