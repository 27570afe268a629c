"""What lies in a store is read as a file is, and what goes wrong there is one line."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from netdiag.analysis import Options, examine
from netdiag.capture import CaptureSource, find_captures, open_capture, remote
from netdiag.capture.remote import RemoteStream
from netdiag.cluster import reading_on
from netdiag.cluster.gathering import Gathering
from netdiag.cluster.places import locate
from netdiag.decode.join import Join
from netdiag.decode.load import load
from netdiag.decode.tally import Tally
from netdiag.errors import CaptureError
from netdiag.exchanges import mark_payloads
from netdiag.report.formats.json_format import render
from netdiag.report.page import PLAIN
from tests.capture.building import pcap, some_packets
from tests.decode.markers import mark_slowly
from tests.decode.test_several import rotated
from tests.decode.test_spread import assert_same
from tests.stores.emulators import running

pytestmark = pytest.mark.filterwarnings("ignore")

SCHEMES = ("s3", "gs", "abfs")
BUCKET = "captures"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

Put = Callable[[str, bytes], str]


@pytest.fixture(scope="module")
def stores() -> Iterator[dict[str, Any]]:
    """A filesystem for each store there is, with a bucket; the variables that open it are set."""
    with running(SCHEMES) as found, pytest.MonkeyPatch.context() as patch:
        for environment in found.values():
            for name, value in environment.items():
                patch.setenv(name, value)
        patch.setenv("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
        filesystems = {scheme: fsspec.filesystem(scheme) for scheme in found}
        for filesystem in filesystems.values():
            filesystem.mkdir(BUCKET)
        yield filesystems
        for filesystem in filesystems.values():
            filesystem.clear_instance_cache()


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest, stores: dict[str, Any]) -> str:
    name: str = request.param
    if name not in stores:
        pytest.skip("no emulator of it is installed: see tests/stores/emulators.py")
    return name


@pytest.fixture
def put(scheme: str, stores: dict[str, Any]) -> Put:
    """Put an object into the store; its URL."""

    def do(name: str, content: bytes) -> str:
        stores[scheme].pipe(f"{BUCKET}/{name}", content)
        return f"{scheme}://{BUCKET}/{name}"

    return do


def report(paths: list[str], folder: str, reader: Any = None) -> str:
    """The report of captures, but for where they lie."""
    options = Options(all_connections=True)
    return render(examine(paths, options, reader=reader).report(), PLAIN).replace(folder, "")


def test_the_report_is_that_of_files(scheme: str, put: Put, tmp_path: Path) -> None:
    """A connection goes on from file to file; named, as a folder, and as a pattern, compressed."""
    files = [*map(str, rotated(tmp_path, 1))]
    url = put("plain/notes.txt", b"no capture").rpartition("/")[0]
    for file in files:
        content = Path(file).read_bytes()
        put(f"plain/{Path(file).name}", content)
        Path(f"{file}.gz").write_bytes(gzip.compress(content))
        put(f"zip/{Path(file).name}.gz", gzip.compress(content))
    local = report(files, str(tmp_path))
    assert report([f"{url}/{Path(file).name}" for file in files], url) == local
    assert url not in local
    folder, named = json.loads(report([url], url)), json.loads(local)
    assert folder["findings"] == named["findings"] != []
    assert folder["captures"][0]["problems"][0]["code"] == "not-a-capture"
    compressed = report([f"{file}.gz" for file in files], str(tmp_path))
    zipped = f"{scheme}://{BUCKET}/zip"
    assert report([f"{zipped}/?.pcap.*"], zipped) == compressed


def test_what_is_not_there_is_one_line(scheme: str, put: Put) -> None:
    put("a.pcap", pcap(some_packets(3)))
    for path, complaint in (
        (f"{BUCKET}/none.pcap", "no such file"),
        ("no-such-bucket/a.pcap", "no such file"),
        (f"{BUCKET}/none*", "no file matches"),
        ("no-such-bucket", "no such file"),
    ):
        with pytest.raises(CaptureError) as error:
            find_captures([f"{scheme}://{path}"])
        assert str(error.value).startswith(f"{scheme}://{path}: {complaint}")
        assert "\n" not in str(error.value)
    for path in ("no-such-bucket/*", ""):
        with pytest.raises(CaptureError, match=rf"^{scheme}://"):
            find_captures([f"{scheme}://{path}"])


@pytest.mark.parametrize("scheme", ["gs", "abfs"], indirect=True)
def test_nothing_else_is_written(scheme: str, put: Put) -> None:
    """Their libraries would write tracebacks and warnings."""
    url = put("b.pcap", pcap(some_packets(3))) + ".gone"
    done = subprocess.run(
        [sys.executable, "-m", "netdiag", "analyze", url],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"netdiag: {url}: no such file\n"


@pytest.mark.parametrize("rest", [None, 5000], ids=["gone", "shorter"])
def test_an_object_that_changes_midway_is_read_up_to_there(
    scheme: str, rest: int | None, put: Put, stores: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "READ_AHEAD_BYTES", 4096)
    content = pcap(some_packets(3) * 200)
    url = put("changing.pcap", content)
    stream = RemoteStream(url)
    room = memoryview(bytearray(1000))
    got = bytes(room[: stream.readinto(room)])
    if rest is None:
        stores[scheme].rm(f"{BUCKET}/changing.pcap")
    else:
        put("changing.pcap", content[:rest])
    while count := stream.readinto(room):
        got += bytes(room[:count])
    stream.close()
    assert stream.damage is not None
    assert stream.damage.code in {"unreadable-file", "shrunk-file"}
    assert f" {len(got)} " in stream.damage.detail or f"byte {len(got)} " in stream.damage.detail
    assert content.startswith(got)
    assert 1000 <= len(got) < len(content)


def test_a_cluster_reads_from_stores_though_a_worker_is_killed(
    stores: dict[str, Any], tmp_path: Path
) -> None:
    """Every store has some of the files of an incident: by hand, as it takes 14 seconds."""
    import distributed  # noqa: PLC0415 - optional, and slow

    if len(stores) < len(SCHEMES):
        pytest.skip("not all emulators are installed: see tests/stores/emulators.py")
    files = [*map(str, rotated(tmp_path, 4, 6))]
    urls = []
    for number, file in enumerate(files):
        scheme = SCHEMES[number % len(SCHEMES)]
        stores[scheme].put(file, f"{BUCKET}/parts/{Path(file).name}")
        urls.append(f"{scheme}://{BUCKET}/parts/{Path(file).name}")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        client.run(setattr, remote, "READ_AHEAD_BYTES", 4096)
        with reading_on(cluster.scheduler_address) as reader:
            found = report(urls, "", reader)
        for url, file in zip(urls, files, strict=True):
            found = found.replace(f'"{url}"', f'"{file}"')
        assert found == report(files, "")
        victim = next(iter(client.run(os.getpid).values()))
        killed = threading.Timer(1, os.kill, (victim, signal.SIGKILL))
        killed.start()
        join = Join()
        places = locate(client, urls)
        for reduced in Gathering(client, places, mark_slowly, 20_000, Tally(None)).run():
            join.add(reduced)
        killed.join()
        with pytest.raises(ProcessLookupError):
            os.kill(victim, 0)
    assert_same(join.finish(), load(urls, mark_payloads, block_bytes=20_000))


@pytest.fixture
def users(stores: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Become a user of S3 who may do some things, for a while."""
    import boto3  # noqa: PLC0415 - slow
    import s3fs  # noqa: PLC0415

    where = os.environ["AWS_ENDPOINT_URL"]
    iam = boto3.client("iam")

    def become(name: str, *actions: str, secret: str | None = None) -> None:
        iam.create_user(UserName=name)
        allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret or key["SecretAccessKey"])
        s3fs.S3FileSystem.clear_instance_cache()
        check_from("0")

    def check_from(requests: str) -> None:
        request = urllib.request.Request(
            f"{where}/moto-api/reset-auth", requests.encode(), {"Content-Type": "text/plain"}
        )
        urllib.request.urlopen(request).close()

    yield become
    check_from("inf")
    s3fs.S3FileSystem.clear_instance_cache()


def test_who_may_read_need_not_list(stores: dict[str, Any], users: Any) -> None:
    stores["s3"].pipe(f"{BUCKET}/known/a.pcap", pcap(some_packets(3)))
    folder = f"s3://{BUCKET}/known"
    users("reader", "s3:GetObject")
    with open_capture(find_captures([f"{folder}/a.pcap"])[0]) as capture:
        assert sum(len(records.rows) for records in capture) == 3
    with pytest.raises(CaptureError, match=rf"^{folder}/\*: can't be listed: Access Denied$"):
        find_captures([f"{folder}/*"])


def test_who_may_list_only_is_told_so(stores: dict[str, Any], users: Any) -> None:
    stores["s3"].pipe(f"{BUCKET}/seen/a.pcap", pcap(some_packets(3)))
    folder = f"s3://{BUCKET}/seen"
    denied = "(Forbidden|Access Denied)"
    users("lister", "s3:ListBucket")
    for path in (folder, f"{folder}/*"):
        with pytest.raises(CaptureError, match=rf"^{folder}.*: can't be (op|read).*: {denied}$"):
            open_capture(find_captures([path])[0])


def test_a_wrong_key_is_not_shown(users: Any) -> None:
    users("stranger", "s3:*", secret=SECRET)
    with pytest.raises(CaptureError) as error:
        open_capture(CaptureSource(f"s3://{BUCKET}/a.pcap"))
    assert SECRET not in str(error.value)
    assert "\n" not in str(error.value)
    assert os.environ["AWS_ACCESS_KEY_ID"] not in str(error.value)
