"""RSA keys as OB 2.0 publishes them: one PEM public key, or a refusal."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from keys.errors import KeyFormatError
from keys.rsa import bits, from_pem

PRIVATE = rsa.generate_private_key(65537, 2048)


def pem(key: object) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("form", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1])
def test_both_forms_of_a_public_key_are_read(form: PublicFormat) -> None:
    key = from_pem(PRIVATE.public_key().public_bytes(Encoding.PEM, form).decode())
    assert key.rsa_numbers() == (PRIVATE.public_key().public_numbers().n, 65537)
    assert bits(key) == 2048


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("nothing", id="no PEM"),
        pytest.param("ä" + pem(PRIVATE), id="not ASCII"),
        pytest.param(pem(PRIVATE).replace("A", "B", 9), id="damaged"),
        pytest.param(pem(ec.generate_private_key(ec.SECP256R1())), id="another kind"),
        pytest.param(pem(ed448.Ed448PrivateKey.generate()), id="Ed448"),
        pytest.param(pem(x25519.X25519PrivateKey.generate()), id="X25519"),
        pytest.param(
            PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), id="a private key"
        ),
        pytest.param(pem(PRIVATE) + "x" * 9000, id="too long"),
        pytest.param(
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VxAyEA" + "A" * 43 + "=\n-----END PUBLIC KEY-----\n",
            id="odd algorithm",
        ),
        pytest.param(  # an elliptic curve whose object identifier nobody knows
            "-----BEGIN PUBLIC KEY-----\nMBUwDgYHKoZIzj0CAQYDKgMEAwMABAE=\n-----END PUBLIC KEY-----\n", id="odd curve"
        ),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(KeyFormatError):
        from_pem(text)
