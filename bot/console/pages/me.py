"""Me: who I am here, where I am signed in, and what proves that it is me."""

from starlette.responses import Response

from bot import codes
from bot.console import keys
from bot.console.page import Door, Visit
from bot.console.reception import derived
from bot.facilitation import Mistake
from bot.rights import Deed
from storage.console import SignedIn


async def me(visit: Visit) -> Response:
    """The page; of whoever is at the machine itself (demo) there is nothing to show but the name."""
    if not visit.who.id:
        return visit.page("me.html", sessions=(), passkeys=(), app=None, here="")
    return visit.page(
        "me.html",
        sessions=await visit.office.sessions(visit.who),
        passkeys=await visit.office.passkeys(visit.who),
        app=await visit.office.authenticator(visit.who),
        here=session_of(visit),
    )


async def sign_out(visit: Visit) -> Response:
    """Out of this browser."""
    here = session_of(visit)
    if here:
        await visit.office.end_session(visit.who, here)
    return visit.go("/sign-in")


async def end(visit: Visit) -> Response:
    """Out of another one, or of all."""
    everywhere = not visit.given("session")
    ended = await visit.office.end_session(visit.who, visit.given("session"))
    if everywhere:
        return visit.go("/sign-in")
    return visit.go("/me", "That browser is signed out." if ended else "That browser was signed out already.")


async def new_passkey(visit: Visit) -> Response:
    """Where a passkey is made."""
    if not visit.who.id:
        return visit.go("/me")
    site, known = visit.parlour.site, await visit.office.passkeys(visit.who)
    if not site.has_passkeys:
        raise Mistake("Browsers make passkeys only for an address with a name, such as https://dialogue.example.org.")
    options = keys.to_register(site, visit.who, known, _challenge(visit))
    return visit.page("me_passkey.html", options=options)


async def add_passkey(visit: Visit) -> Response:
    """The device has made one."""
    answer, name = visit.given("credential"), visit.given("name")
    challenge, site = _challenge(visit), visit.parlour.site
    key = keys.registered(site, visit.who, answer, challenge, name=name, now=visit.now)
    if key is None:
        raise Mistake("The passkey was not made: the answer of your device did not fit. Please try once more.")
    await visit.office.add_passkey(visit.who, key)
    return visit.go("/me", f"“{key.name}” is set up. You can sign in with it from now on.")


async def drop_passkey(visit: Visit) -> Response:
    """It opens nothing any more."""
    await visit.office.drop_passkey(visit.who, visit.given("key"))
    return visit.go("/me", "The passkey is removed. It opens nothing any more.")


async def new_app(visit: Visit) -> Response:
    """Where an authenticator app is set up."""
    if not visit.who.id:
        return visit.go("/me")
    secret = await visit.office.new_authenticator(visit.who)
    return visit.page("me_app.html", secret=secret, picture=codes.picture(secret, visit.who.name))


async def add_app(visit: Visit) -> Response:
    """The first code of it."""
    await visit.office.confirm_authenticator(visit.who, visit.given("code"))
    return visit.go("/me", "Your app is set up. From now on it is asked for at each sign-in by chat.")


async def drop_app(visit: Visit) -> Response:
    """No code is asked for any more."""
    await visit.office.drop_authenticator(visit.who)
    return visit.go("/me", "The app is removed. No code is asked for any more.")


def session_of(visit: Visit) -> str:
    """The id of the session of this browser; "" in the demo, where there is none."""
    session = _session(visit)
    return session.id if session else ""


def _challenge(visit: Visit) -> bytes:
    """What a new passkey signs: known to this session alone, another one each time it was proved who sits there."""
    session = _session(visit)
    return derived(visit.token, f"new passkey {session.proved_at.isoformat() if session else ''}")


def _session(visit: Visit) -> SignedIn | None:
    found = getattr(visit.request.state, "session", None)
    return found if isinstance(found, SignedIn) else None


DOORS = (
    Door(path="/me", view=me, needs=Deed.NUMBERS),
    Door(path="/sign-out", view=sign_out, needs=Deed.NUMBERS, method="POST"),
    Door(path="/me/sessions", view=end, needs=Deed.NUMBERS, method="POST"),
    Door(path="/me/passkey", view=new_passkey, needs=Deed.NUMBERS, fresh=True),
    Door(path="/me/passkey", view=add_passkey, needs=Deed.NUMBERS, method="POST", fresh=True),
    Door(path="/me/passkey/remove", view=drop_passkey, needs=Deed.NUMBERS, method="POST", fresh=True),
    Door(path="/me/app", view=new_app, needs=Deed.NUMBERS, fresh=True),
    Door(path="/me/app", view=add_app, needs=Deed.NUMBERS, method="POST", fresh=True),
    Door(path="/me/app/remove", view=drop_app, needs=Deed.NUMBERS, method="POST", fresh=True),
)
