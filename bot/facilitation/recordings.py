"""Voice notes and photos: what there is, a copy to hear or see, whose faces are on it, and what was said in it."""

from collections.abc import Sequence
from typing import Final

from bot.facilitation.office import Mistake, Office
from bot.messages import clean
from bot.rights import Deed, Staff
from storage import deadlines, media
from storage.media import Recording

LONGEST: Final = 10_000


class Recordings(Office):
    """Commands about recordings. Only what is shared with the team is there for them."""

    async def recordings(
        self, who: Staff, areas: Sequence[str] = (), *, for_the_group: bool = False
    ) -> list[Recording]:
        """What people spoke and showed, newest first; `for_the_group`: only what others may hear or see."""
        wanted = await self._areas(who, Deed.LISTEN, areas)
        async with self._reading() as conn:
            found = await media.of_areas(conn, wanted)
        return [one for one in found if one.for_the_group or not for_the_group]

    async def open_recording(self, who: Staff, id: str, *, for_the_group: bool = False) -> Recording:
        """One of them, to be heard or seen. That it was is noted."""
        recording = await self._kept(who, id)
        if for_the_group and not recording.for_the_group:
            raise Mistake(_not_for_the_group(recording))
        async with self._writing() as conn:
            await self._note(conn, who, "media_opened", id, for_the_group=int(for_the_group))
        return recording

    async def check_photo(self, who: Staff, id: str, *, faces: bool) -> Recording:
        """Say whether somebody can be recognised on a photo. Before that, and if so, the group does not see it."""
        recording = await self._kept(who, id)
        if recording.kind != "photo":
            raise Mistake(f"{id} is a voice note: there are no faces on it.")
        async with self._writing() as conn:
            await media.judge(conn, id, "some" if faces else "none", by=who.name, now=self._clock.now())
            await self._note(conn, who, "media_checked", id, faces=int(faces))
        return recording

    async def transcribe(self, who: Staff, id: str, text: str) -> Recording:
        """Write down what is said in a voice note, beside it. Where only a tap is an answer, these words become it."""
        recording, words = await self._kept(who, id), clean(text.strip())
        if recording.kind != "voice":
            raise Mistake(f"{id} is a photo: there is nothing to write down.")
        if not 0 < len(words) <= LONGEST:
            raise Mistake(f"Write what is said in it, in at most {LONGEST} characters. Nothing was kept.")
        now = self._clock.now()
        async with self._writing() as conn:
            await media.write_down(conn, recording, words, by=who.name, now=now)
            await deadlines.call(conn, recording.participant_id, f"words:{id}", "words", now)
            await self._note(conn, who, "media_transcribed", id)
        return recording

    async def _kept(self, who: Staff, id: str) -> Recording:
        async with self._reading() as conn:
            recording = await media.find(conn, id)
        if recording is None:
            await self._allow(who, Deed.LISTEN)
            raise Mistake(f"There is no recording “{id}”, or it is not shared with the team.")
        await self._allow(who, Deed.LISTEN, recording.area)
        if recording.state != "kept":
            raise Mistake(f"{id} is not here: {recording.reason or 'it is still being fetched'}.")
        return recording


def _not_for_the_group(recording: Recording) -> str:
    if recording.kind == "photo" and not recording.faces:
        return f"Nobody has looked yet whether faces are on it. Say so first: reconvene media check {recording.id}"
    if recording.kind == "photo" and recording.faces == "some":
        return f"Faces are on {recording.id}: the group does not see it."
    return f"{recording.code_name} has not shared {recording.id} with the group."
