"""A search server behind TLS and a password: the certificate is checked, and the secret goes with every request."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer.distributed_address import server_address
from indexer.distributed_server import Server
from indexer.errors import EngineUnavailable
from tests.indexer.library import LIBRARY
from tests.indexer.milvus_server import MilvusServer
from tests.indexer.processes import ROOT
from tests.indexer.secured import certificate, listener, tls_door
from tests.indexer.shelves import build

pytestmark = pytest.mark.slow


def copied(root: Path, port: int, **environment: str) -> subprocess.CompletedProcess[str]:
    """Copy an index in a process of its own: what it trusts is decided when it starts."""
    address = f"milvus://127.0.0.1:{port}?tls=1&index=tls&timeout=30"
    return subprocess.run(
        [sys.executable, "-m", "tests.indexer.server_process", "copy", root, address],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_index_is_copied_through_tls_and_only_to_a_server_that_can_be_trusted(
    milvus: MilvusServer, tmp_path: Path, encoder_folder: Path
) -> None:
    build(tmp_path / "index", encoder_folder, LIBRARY)
    pem, secret = certificate(tmp_path)

    with tls_door(pem, secret, to=milvus.port) as port:
        stranger = copied(tmp_path / "index", port)
        known = copied(tmp_path / "index", port, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH=str(pem))

    assert stranger.returncode != 0
    assert "EngineUnavailable" in stranger.stderr
    assert known.returncode == 0, known.stderr
    assert f"sent={len(LIBRARY)}" in known.stdout


def test_the_token_goes_with_a_request_and_one_that_is_refused_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("reader:a long secret\n")

    with listener() as (heard, port):
        address = f"milvus://127.0.0.1:{port}?token-file={tmp_path / 'token'}&database=schools&timeout=2"
        server = Server(server_address(address))
        with pytest.raises(EngineUnavailable) as refused:
            server.ask(lambda client, left: client.list_collections(timeout=left))
        began = time.monotonic()
        with pytest.raises(EngineUnavailable):
            server.write("list_collections")
        took = time.monotonic() - began
        server.close()

    secrets = {said["authorization"] for said in heard.heard if "authorization" in said}
    assert {base64.b64decode(secret).decode() for secret in secrets} == {"reader:a long secret"}
    assert "a long secret" not in str(refused.value)
    assert "(auth check failure)" in str(refused.value)
    assert took < 5  # what is refused once is refused again: nothing is gained by trying for half a minute


def test_a_refusal_is_told_in_the_servers_own_words(milvus: MilvusServer) -> None:
    server = Server(server_address(milvus.address(database="nobody-made-it")))

    with pytest.raises(EngineUnavailable, match=r"\(.*nobody-made-it.*\)\. Check that it runs"):
        server.ask(lambda client, left: client.list_collections(timeout=left))
    server.close()
