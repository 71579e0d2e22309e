"""A real S3 API on this machine (moto), a fresh bucket for every test."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from types import TracebackType
from typing import Self

import boto3
import httpx
from moto.server import ThreadedMotoServer

from storage.bucket import BucketShelf, open_bucket

KEYS = {"key_id": "a-key", "secret": "words-of-the-key"}


class Buckets:
    """Runs while the block lasts."""

    def __init__(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._bucket = ""

    def __enter__(self) -> Self:
        self._server.start()
        self._host, self._port = self._server.get_host_and_port()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def shelf(self, bucket: str = "", endpoint: str = "", patient: bool = False) -> BucketShelf:
        """A shelf in a bucket of its own, or one that is not there."""
        if not bucket and not endpoint:
            self._bucket = f"files-{token_hex(6)}"  # all servers of one process share what they hold
            self._client().create_bucket(Bucket=self._bucket)
        name = bucket or self._bucket or "nobodys"
        access = self.access | ({"endpoint": endpoint} if endpoint else {})
        return open_bucket(f"s3://{name}/records", access, patient)

    @property
    def access(self) -> dict[str, str]:
        """The settings of this store."""
        return {"endpoint": self.endpoint, "region": "us-east-1", **KEYS}

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Keys are asked for meanwhile, and nobody has one that is known."""
        self._ask_for_keys_after(0)
        try:
            yield
        finally:
            self._ask_for_keys_after(1_000_000)

    def _ask_for_keys_after(self, calls: int) -> None:
        httpx.post(f"{self.endpoint}/moto-api/reset-auth", content=str(calls), trust_env=False).raise_for_status()

    def remove(self) -> None:
        """The newest bucket is deleted with all it holds."""
        name = self._bucket
        for one in self._client().list_objects_v2(Bucket=name).get("Contents", ()):
            self._client().delete_object(Bucket=name, Key=one["Key"])
        self._client().delete_bucket(Bucket=name)

    def overwrite(self, place: str, data: bytes) -> None:
        """Somebody else changes an object of the newest bucket."""
        self._client().put_object(Bucket=self._bucket, Key=f"records/{place}", Body=data)

    @contextmanager
    def broken(self) -> Iterator[None]:
        """The store is away meanwhile; what it holds stays."""
        self._server.stop()
        try:
            yield
        finally:
            self._server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
            self._server.start()

    def _client(self) -> "boto3.client":  # type: ignore[valid-type]
        return boto3.client(
            "s3", endpoint_url=self.endpoint, aws_access_key_id="a-key", aws_secret_access_key="words-of-the-key", region_name="us-east-1",
        )  # fmt: skip
