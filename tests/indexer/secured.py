"""What stands before a real search server: a door that speaks TLS, and a listener that hears who knocks."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificate(folder: Path) -> tuple[Path, Path]:
    """(certificate, key) of this machine, vouched for by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "server.pem", folder / "server.key"
    pem.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, secret


@contextmanager
def tls_door(pem: Path, secret: Path, to: int) -> Iterator[int]:
    """The port of a door that speaks TLS and hands everything on to another port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    context.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_let_in, args=(listening, context, to), daemon=True).start()
        yield int(listening.getsockname()[1])


def _let_in(listening: socket.socket, context: ssl.SSLContext, to: int) -> None:
    while True:
        try:
            outside, _ = listening.accept()
        except OSError:
            return
        with suppress(OSError):
            spoken = context.wrap_socket(outside, server_side=True)
            inside = socket.create_connection(("127.0.0.1", to))
            for one, other in ((spoken, inside), (inside, spoken)):
                threading.Thread(target=_hand_on, args=(one, other), daemon=True).start()


def _hand_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while data := one.recv(65_536):
            other.sendall(data)
    for each in (one, other):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


class Listener(grpc.GenericRpcHandler):
    """Notes what every request says of who asks, and refuses it."""

    def __init__(self) -> None:
        self.heard: list[dict[str, str]] = []

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        """Note the request and refuse it."""
        said = handler_call_details.invocation_metadata or ()
        self.heard.append({key: str(value) for key, value in said})
        return grpc.unary_unary_rpc_method_handler(_refuse)


def _refuse(_request: bytes, context: grpc.ServicerContext) -> None:
    context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure")


@contextmanager
def listener() -> Iterator[tuple[Listener, int]]:
    """(a listener, its port)."""
    heard = Listener()
    server = grpc.server(ThreadPoolExecutor(2), handlers=[heard])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield heard, port
    finally:
        server.stop(0).wait()
