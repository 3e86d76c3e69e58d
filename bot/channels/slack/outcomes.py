"""How a call to Slack ended, told from its error. Pure.

Only what proves that nothing was delivered is called not sent; all that may have arrived is uncertain.
"""

from datetime import datetime, timedelta

from bot.channels.base import File, Lost, NotNow, NotSent, Outcome, Refusal, Refused, Uncertain
from bot.channels.slack.transport import Declined, NotDelivered, Trouble

NOT_OURS = {
    "account_inactive",
    "access_denied",
    "app_missing_action_url",
    "ekm_access_denied",
    "invalid_auth",
    "messages_tab_disabled",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
}
"""Nothing goes until somebody mends it: a removed app, a token that is not good, a right that is missing."""
REMOVED = {"account_inactive", "token_revoked"}
NO_SUCH_CHAT = {"channel_not_found", "is_archived", "user_not_found", "users_not_found"}
NOT_TO_US = {"cannot_dm_bot", "not_in_channel", "restricted_action", "user_disabled", "user_not_visible"}
MAYBE = {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
NOT_EDITABLE = {"cant_update_message", "edit_window_closed", "message_not_found"}
NOT_READ = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}


def outcome_of(trouble: Trouble, now: datetime, *, whole_bot: bool = False) -> Outcome:
    """The outcome that an error means. `whole_bot`: going too fast concerns everybody in the workspace."""
    match trouble:
        case NotDelivered():
            return NotSent(reason="no connection", retry_at=now + timedelta(seconds=1), whole_bot=True)
        case Declined(error="ratelimited" | "rate_limited", wait=wait):
            retry_at = now + timedelta(seconds=max(1.0, wait))
            return NotSent(reason="too fast", retry_at=retry_at, whole_bot=whole_bot)
        case Declined(error=error) if error in NOT_OURS:
            return NotSent(reason=f"Slack says {error}", pause=True)
        case Declined(error=error) if error in NO_SUCH_CHAT:
            return Refused(reason=Refusal.GONE)
        case Declined(error=error) if error in NOT_TO_US:
            return Refused(reason=Refusal.BLOCKED)
        case Declined(error=error) if error in MAYBE:
            return Uncertain(reason=error)
        case Declined(error=error):
            return Refused(reason=Refusal.INVALID, detail=error[:100])
        case _:
            return Uncertain(reason=str(trouble)[:100])


def place_of(file: object) -> tuple[str, int]:
    """Where the content of a file can be loaded from, and its size; "" when Slack does not say."""
    told = file if isinstance(file, dict) else {}
    place, size = told.get("url_private_download") or told.get("url_private"), told.get("size")
    return (place, size) if isinstance(place, str) and isinstance(size, int) else ("", 0)


def file_of(no: Declined, now: datetime) -> File:
    """What a refusal means for a file: too fast and a missing right pass, all else is for good."""
    if no.error in ("ratelimited", "rate_limited"):
        return NotNow(reason="too fast", retry_at=now + timedelta(seconds=max(1.0, no.wait)))
    if no.error in NOT_OURS | MAYBE:
        return NotNow(reason=f"Slack says {no.error}")
    return Lost(reason=f"Slack says {no.error}"[:100])
