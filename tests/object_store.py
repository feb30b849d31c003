"""A real server of the S3 protocol on loopback, in a folder of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.background import free_ports

KEY, SECRET, BUCKET = "tester", "a secret of the tests", "evidence"


@dataclass
class ObjectStore:
    """The running server. ``client`` speaks to it without the product in between."""

    endpoint: str
    client: object
    process: subprocess.Popen

    def settings(self, prefix: str = "") -> dict[str, str]:
        return {
            "EVIDENCE_STORE": f"s3://{BUCKET}/{prefix}" if prefix else f"s3://{BUCKET}",
            "EVIDENCE_ENDPOINT": self.endpoint,
            "EVIDENCE_REGION": "eu-central-1",
            "EVIDENCE_ACCESS_KEY": KEY,
            "EVIDENCE_SECRET_KEY": SECRET,
        }


@contextmanager
def object_store(folder: Path) -> Iterator[ObjectStore]:
    ports = dict(zip(("master", "volume", "filer", "s3"), free_ports(4), strict=True))
    inner = dict(zip(ports, free_ports(4), strict=True))
    who = {"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [who]}))
    (folder / "held").mkdir()
    weed = Path(sys.executable).parent / "weed"  # it comes as a package, beside the Python that runs the tests
    command = [weed, "-logtostderr=true", "server", f"-dir={folder / 'held'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    command += ["-master.telemetry=false", "-volume.max=20", "-filer", "-s3", f"-s3.config={folder / 's3.json'}"]
    command += [f"-{name}.port={port}" for name, port in ports.items()]
    command += [f"-{name}.port.grpc={port}" for name, port in inner.items()]
    command += ["-s3.port.iceberg=0", f"-filer.localSocket={folder / 'f'}", f"-s3.localSocket={folder / 's'}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        endpoint = f"http://127.0.0.1:{ports['s3']}"
        yield ObjectStore(endpoint, _client_with_bucket(endpoint, process), process)
    finally:
        process.kill()  # what it holds is nobody's; ending politely takes it ten seconds
        process.wait(10)


def _client_with_bucket(endpoint: str, process: subprocess.Popen, seconds: float = 120):
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        config=Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1}),
    )
    until = time.monotonic() + seconds
    while True:
        try:
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"ready")  # there is a volume to write to
            return client
        except (BotoCoreError, ClientError):
            if time.monotonic() > until or process.poll() is not None:
                pytest.fail("the object store does not start")
            time.sleep(0.2)
