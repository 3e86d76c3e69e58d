"""What goes with a message is read when it is sent, and a message goes without what is not there any more."""

from pathlib import Path

from bot.attaching import filled, loader, of_recording, of_wording
from bot.messages import Outgoing
from storage.files import Files
from storage.rows import new_id


def test_a_recording_and_a_sound_are_found_and_what_is_gone_is_left_out(tmp_path: Path) -> None:
    files, name, sound = Files(tmp_path / "recordings", "owner"), new_id(), tmp_path / "bye.ogg"
    files.put(name, b"a voice")
    sound.write_bytes(b"read out")
    load = loader(files, {"en/diary_1/bye": sound, "en/diary_1/gone": tmp_path / "gone.ogg"})

    sent = [
        filled(Outgoing(text="Yours", attachment=attachment), load).attachment
        for attachment in (
            of_recording("voice", name, "audio/ogg"),
            of_wording("en/diary_1/bye"),
            of_wording("en/diary_1/gone"),
            of_recording("photo", new_id(), "image/png"),
            of_recording("photo", "../bye.ogg", "image/png"),
        )
    ]

    assert [one.content if one else None for one in sent] == [b"a voice", b"read out", None, None, None]


def test_a_copy_has_the_name_of_what_it_is() -> None:
    named = [of_recording("voice", "x", "audio/mpeg"), of_recording("photo", "x", "image/png"), of_wording("x")]

    assert [one.name for one in named] == ["voice.mp3", "photo.png", "voice.ogg"]
