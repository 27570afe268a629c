"""Emulators of object stores: each a process on loopback, for as long as a context lasts.

moto for S3 and gcp-storage-emulator come with the development's packages. Azurite comes from npm
(``npm install azurite``), with 457 packages and 365 MB: it is used where its folder is named by
`AZURITE` or its command is there.
"""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

START_S = 60
KEY = base64.b64encode(b"a key that is as long as those of Azure, which have 64 bytes ...").decode()


class Emulator(NamedTuple):
    """How to start one and how to reach it."""

    command: Sequence[str]
    environment: dict[str, str]


def emulator(scheme: str, port: int) -> Emulator | None:
    """The one for a kind of store; None where it isn't installed."""
    where = f"http://127.0.0.1:{port}"
    if scheme == "s3":
        return Emulator(
            (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)),
            {
                "AWS_ACCESS_KEY_ID": "testing",
                "AWS_SECRET_ACCESS_KEY": "testing",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ENDPOINT_URL": where,
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                "AWS_EC2_METADATA_DISABLED": "true",
            },
        )
    if scheme == "gs":
        options = ("--host", "127.0.0.1", "--port", str(port), "--in-memory", "--quiet")
        return Emulator(
            (sys.executable, "-m", "gcp_storage_emulator", "start", *options),
            {"STORAGE_EMULATOR_HOST": where, "NO_GCE_CHECK": "true"},
        )
    program = os.environ.get("AZURITE") or shutil.which("azurite-blob")
    if program is None:
        return None
    options = ("--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry")
    account = f"AccountName=testing;AccountKey={KEY};BlobEndpoint={where}/testing"
    return Emulator(
        (program, "--blobHost", "127.0.0.1", "--blobPort", str(port), *options),
        {
            "AZURITE_ACCOUNTS": f"testing:{KEY}",
            "AZURE_STORAGE_CONNECTION_STRING": f"DefaultEndpointsProtocol=http;{account}",
        },
    )


@contextmanager
def running(schemes: Sequence[str]) -> Iterator[dict[str, dict[str, str]]]:
    """Run the emulators of those that are installed; how to reach each, as variables."""
    started = {}
    processes = []
    try:
        for scheme in schemes:
            port = _free_port()
            found = emulator(scheme, port)
            if found is not None:
                started[scheme] = found.environment, port
                processes.append(
                    subprocess.Popen(
                        found.command,
                        env={**os.environ, **found.environment},
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                    )
                )
        for _, port in started.values():
            _wait_for(port)
        yield {scheme: environment for scheme, (environment, _) in started.items()}
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
