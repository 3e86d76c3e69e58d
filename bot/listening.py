"""Somebody wants to hear a step read out: by the button under it, or by typing what stands on the button."""

from bot.attaching import HEAR, of_wording, sound_of, token_of
from bot.messages import Outgoing
from bot.turn import Turn
from flows.words import normalise
from storage.scenes import OpenRun


async def tapped(turn: Turn, mark: str) -> None:
    """Somebody wants to hear what stands above the button."""
    audio = turn.batch.script.programme.audio
    sound = next((name for name in audio if token_of(name) == f"a.{mark}"), "")
    if sound:
        _play(turn, sound)
    else:
        turn.say("already")


def typed(turn: Turn, open_run: OpenRun, text: str) -> bool:
    """Take what stands on the button for a press of it, under the last step that is read out. False: it is none."""
    programme = turn.batch.script.programme
    label = turn.batch.wording.common(HEAR, turn.locale, turn.values()).text if programme.audio else ""
    if not label or normalise(text) != normalise(label):
        return False
    flow = turn.batch.script.flow(open_run.run.version)
    ids = [step.id for step in flow.steps]
    said = ids[: ids.index(open_run.run.step) + 1] if open_run.run.step in ids else []
    sound = next((found for id in reversed(said) if (found := sound_of(programme, flow, id, turn.locale))), "")
    if sound:
        _play(turn, sound)
    return bool(sound)


def _play(turn: Turn, sound: str) -> None:
    words = turn.batch.wording.common("read_out", turn.locale, turn.values()).text
    turn.send(Outgoing(text=words, attachment=of_wording(sound)))
