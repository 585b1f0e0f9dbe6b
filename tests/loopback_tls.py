"""A TLS server on loopback that answers as a test says, and a backend that leads every connection to it."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpcore
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("good.example", "other.example", "third.example", "fourth.example", "fifth.example")


class Loopback(httpcore.NetworkBackend):
    """Leads every connection to the test server, and notes the address that was wanted."""

    def __init__(self, port: int) -> None:
        self.port, self.wanted = port, []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.wanted.append((host, port))
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout)


class Server:
    """Answers each request by calling `answer(host, path, send)`, where `send` writes bytes to the client."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls, self._listener = tls, socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.requests: list[str] = []
        self.heads: list[str] = []
        self.answer: Callable[[str, Callable[[bytes], None]], None] = lambda path, send: send(ok(b"{}"))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(raw,), daemon=True).start()

    def _one(self, raw: socket.socket) -> None:
        try:
            raw.settimeout(5)
            with self._tls.wrap_socket(raw, server_side=True) as connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    part = connection.recv(4096)
                    if not part:
                        return
                    head += part
                self.heads.append(head.decode())
                path = head.split(b" ")[1].decode()
                self.requests.append(path)
                self.answer(path, connection.sendall)
        except OSError:
            raw.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def ok(body: bytes, *headers: str, content_type: str = "application/json") -> bytes:
    lines = ["HTTP/1.1 200 OK", f"content-type: {content_type}", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def redirect(where: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nlocation: {where}\r\ncontent-length: 0\r\n\r\n".encode()


def make_certificate(folder: Path) -> Path:
    """Write key and self-signed certificate for `NAMES` into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "good.example")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in NAMES]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path
