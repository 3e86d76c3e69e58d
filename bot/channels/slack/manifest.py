"""The manifest: what an admin pastes into Slack so that the app may do what this package does, and nothing more."""

from typing import Any

from bot.channels.slack.inbound import COMMAND, EVENTS, SHORTCUT
from bot.channels.slack.installing import EVENTS as EVENTS_AT
from bot.channels.slack.installing import REDIRECT, SCOPES

NAME = "Reconvene"
PURPOSE = "Interviews and follow-up for a public dialogue that meets more than once"


def manifest(url: str = "") -> dict[str, Any]:
    """For an app that is reached at this address; without one, for Socket Mode."""
    at = f"{url.rstrip('/')}{EVENTS_AT}" if url else ""
    reached = {"request_url": at} if at else {}
    oauth: dict[str, Any] = {"scopes": {"bot": list(SCOPES)}}
    if url:
        oauth["redirect_urls"] = [f"{url.rstrip('/')}{REDIRECT}"]
    return {
        "display_information": {"name": NAME, "description": PURPOSE},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {
                    "name": "Tell us something",
                    "type": "global",
                    "callback_id": SHORTCUT,
                    "description": "Write to the mailbox of the dialogue",
                }
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Go on with your conversation, or run your programme",
                    "usage_hint": "help",
                    "should_escape": True,
                    **({"url": at} if at else {}),
                }
            ],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS), **reached},
            "interactivity": {"is_enabled": True, **reached},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }
