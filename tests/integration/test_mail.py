"""Mail as it really goes out, to a server on this machine: in clear only here, never past a wrong certificate."""

import email
import ssl
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.policy import default
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from served import free_port

from issuer.adapters.smtp import SmtpAddressError, SmtpMailer
from issuer.services.mail import Mail, MailError

if TYPE_CHECKING:
    from email.message import Message

MAIL = Mail(
    to="maija@example.fi",
    sender="Työ ja taito",
    subject="Kirjautumislinkki",
    text="Hei,\n\nkirjaudu tällä.\n",
    language="fi",
)


class Inbox:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  the library's name
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def server_tls(tmp_path):
    """TLS of a server with a certificate for localhost, and a context that trusts it."""
    certificate = tmp_path / "server.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cadata=built.public_bytes(serialization.Encoding.PEM).decode())
    return serving, trusting


@contextmanager
def serving(inbox, **how):
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **how)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def test_a_mail_arrives_with_the_providers_name_and_nothing_telling_around_it():
    inbox = Inbox()
    with serving(inbox) as port:
        SmtpMailer(f"smtp://127.0.0.1:{port}/?from=noreply@example.fi").send(MAIL)
    mail = inbox.mails[0]
    assert mail["From"] == "Työ ja taito <noreply@example.fi>"
    assert mail["To"] == "maija@example.fi"
    assert mail["Subject"] == "Kirjautumislinkki"
    assert mail["Content-Language"] == "fi"
    assert "kirjaudu tällä." in mail.get_content()


def test_a_server_that_can_is_spoken_to_by_starttls_and_with_a_password(server_tls):
    inbox, seen = Inbox(), []

    def check(server, session, envelope, mechanism, data):
        seen.append((session.ssl is not None, data.login, data.password))
        return AuthResult(success=True)

    how = {"tls_context": server_tls[0], "authenticator": check, "auth_require_tls": True}
    with serving(inbox, **how) as port:
        url = f"smtp://{quote('a@b', safe='')}:p%2Fw@localhost:{port}/?from=noreply@example.fi"
        SmtpMailer(url, server_tls[1]).send(MAIL)
    assert seen == [(True, b"a@b", b"p/w")]
    assert len(inbox.mails) == 1


def test_a_certificate_that_nobody_vouches_for_stops_the_mail(server_tls):
    inbox = Inbox()
    with serving(inbox, tls_context=server_tls[0]) as port, pytest.raises(MailError):
        SmtpMailer(f"smtp://localhost:{port}/?from=noreply@example.fi").send(MAIL)
    assert inbox.mails == []


def test_a_server_that_is_not_there_is_a_mail_error():
    with pytest.raises(MailError):
        SmtpMailer(f"smtp://127.0.0.1:{free_port()}/?from=noreply@example.fi").send(MAIL)


@pytest.mark.parametrize("field", ["to", "sender", "subject"])
def test_a_line_break_in_a_heading_sends_nothing(field):
    inbox = Inbox()
    hostile = replace(MAIL, **{field: "a@example.fi\r\nBcc: all@example.fi"})
    with serving(inbox) as port, pytest.raises(MailError):
        SmtpMailer(f"smtp://127.0.0.1:{port}/?from=noreply@example.fi").send(hostile)
    assert inbox.mails == []


@pytest.mark.parametrize(
    "url",
    ["http://a/?from=a@b.fi", "smtp:///?from=a@b.fi", "smtp://host", "smtp://host/?from=nobody", "smtp://host:x/?from=a@b",
     "smtp://host/?from=a@b.fi%0d%0aBcc:c@d.fi"],
)  # fmt: skip
def test_an_address_that_cannot_be_used_stops_the_start(url):
    with pytest.raises(SmtpAddressError):
        SmtpMailer(url)
