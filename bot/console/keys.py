"""Passkeys: what a browser is asked, and whether what it answers is right. The device checks who holds it.

The library, with all of cryptography, is loaded when the first passkey is asked for.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.console.site import Site
from bot.rights import Staff
from storage.passkeys import Passkey

LONGEST = 20_000
"""Letters of what a browser hands over."""


def to_register(site: Site, who: Staff, known: Iterable[Passkey], challenge: bytes) -> str:
    """What a browser needs to make a passkey, as JSON."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name="Reconvene",
        user_id=who.id.encode(),
        user_name=who.name,
        user_display_name=who.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.id)) for key in known],
    )
    return webauthn.options_to_json(options)


def registered(site: Site, who: Staff, answer: str, challenge: bytes, *, name: str, now: datetime) -> Passkey | None:
    """The passkey that was made; None when the answer is not right."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    credential = _read(answer)
    try:
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _unreadable():
        return None
    return Passkey(
        id=bytes_to_base64url(found.credential_id),
        facilitator_id=who.id,
        name=name[:60] or "Passkey",
        public_key=bytes_to_base64url(found.credential_public_key),
        counter=found.sign_count,
        made_at=now,
    )


def to_sign(site: Site, challenge: bytes) -> str:
    """What a browser needs to use a passkey, as JSON. It names no key and no person: the device knows its own."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=site.name, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options)


def named(answer: str) -> str:
    """The id of the passkey that was used; "" when the answer is none."""
    return str(_read(answer).get("id", ""))


def signed(site: Site, key: Passkey, answer: str, challenge: bytes) -> int | None:
    """The new count of a passkey that was used rightly; else None."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes

    try:
        found = webauthn.verify_authentication_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.counter,
            require_user_verification=True,
        )
    except _unreadable():
        return None
    return found.new_sign_count


def _unreadable() -> tuple[type[Exception], ...]:
    """What the library raises for what is no answer of a passkey: not all of it is wrapped in its own error."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, LookupError, TypeError


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        return {}
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
