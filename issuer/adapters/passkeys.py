"""Passkeys by the library `webauthn`: the relying party is the host of our public address.

ES256 and RS256 only: Ed25519 is checked by PyNaCl alone in this house, and the library would use another one.
"""

from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from issuer.services.passkey_checks import Account, Assertion, NewPasskey, PasskeyRefusedError

MAX_RESPONSE_CHARACTERS: Final = 20_000
_ALGORITHMS: Final = [COSEAlgorithmIdentifier.ECDSA_SHA_256, COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256]
_TIMEOUT_MILLISECONDS: Final = 300_000
_Result = TypeVar("_Result")


class WebAuthn:
    """Checks passkeys for one origin.

    Args:
        public_url: scheme, host and port of our pages; its host is the relying party's id.
    """

    def __init__(self, public_url: str) -> None:
        self._origin, self._rp_id = public_url, urlsplit(public_url).hostname or ""

    def registration_options(self, challenge: bytes, account: Account, known: tuple[bytes, ...]) -> str:
        """Ask for a discoverable credential with user verification."""
        options = webauthn.generate_registration_options(
            rp_id=self._rp_id,
            rp_name=account.service,
            user_id=account.id,
            user_name=account.name,
            challenge=challenge,
            timeout=_TIMEOUT_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
            supported_pub_key_algs=_ALGORITHMS,
        )
        return webauthn.options_to_json(options)

    def challenge(self, response: str) -> bytes:
        """Read the challenge of a registration."""

        def reading() -> bytes:
            credential = parse_registration_credential_json(_bounded(response))
            return parse_client_data_json(credential.response.client_data_json).challenge

        return _refusing(reading)

    def registered(self, response: str, challenge: bytes) -> NewPasskey:
        """Check a registration; the make of the device is neither asked for nor believed."""
        done = _refusing(
            lambda: webauthn.verify_registration_response(
                credential=_bounded(response),
                expected_challenge=challenge,
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                require_user_verification=True,
                supported_pub_key_algs=_ALGORITHMS,
            )
        )
        return NewPasskey(
            credential_id=done.credential_id,
            public_key=done.credential_public_key,
            sign_count=done.sign_count,
            backed_up=done.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        )

    def assertion_options(self, challenge: bytes, allowed: tuple[bytes, ...]) -> str:
        """Ask for an assertion with user verification."""
        options = webauthn.generate_authentication_options(
            rp_id=self._rp_id,
            challenge=challenge,
            timeout=_TIMEOUT_MILLISECONDS,
            allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in allowed] or None,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def read(self, response: str) -> Assertion:
        """Read credential, challenge and user of an answer."""

        def reading() -> Assertion:
            credential = parse_authentication_credential_json(_bounded(response))
            client_data = parse_client_data_json(credential.response.client_data_json)
            return Assertion(
                credential_id=credential.raw_id,
                challenge=client_data.challenge,
                user=credential.response.user_handle,
            )

        return _refusing(reading)

    def confirmed(self, response: str, challenge: bytes, public_key: bytes, sign_count: int) -> int:
        """Check origin, relying party, challenge, user verification, signature and counter."""
        done = _refusing(
            lambda: webauthn.verify_authentication_response(
                credential=_bounded(response),
                expected_challenge=challenge,
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        )
        return done.new_sign_count


def _bounded(response: str) -> str:
    if len(response) > MAX_RESPONSE_CHARACTERS:
        raise PasskeyRefusedError("too long")
    return response


def _refusing(check: Callable[[], _Result]) -> _Result:
    """What the library raises for hostile input is its own class or, from its readers, a ValueError or TypeError."""
    try:
        return check()
    except (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError) as problem:
        raise PasskeyRefusedError(type(problem).__name__) from problem
