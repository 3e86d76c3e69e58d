"""A flow played in the terminal."""

from collections.abc import Callable, Iterable

from bot.clock import Clock
from bot.script import Script
from bot.trying import Bubble, Trial
from flows.definition import Flow
from flows.run import Run
from prompts.markup import plain

Write = Callable[[str], None]


class Player:
    """One invented person going through one flow, line by line."""

    def __init__(self, script: Script, flow: Flow, clock: Clock, write: Write, *, locale: str, entry: str = "") -> None:
        self._trial = Trial(script, flow, clock.now(), locale=locale)
        self._write = write
        self._entry = entry
        self._told = 0

    @property
    def run(self) -> Run:
        """Where the person stands."""
        return self._trial.run

    def play(self, lines: Iterable[str]) -> None:
        """Go through the flow until it ends or there is no more to read."""
        self._trial.begin(self._entry)
        self._tell()
        for line in lines:
            if not self._trial.open:
                break
            self._trial.say(line.rstrip("\n"))
            self._tell()

    def _tell(self) -> None:
        for bubble in self._trial.bubbles[self._told :]:
            self._print(bubble)
        self._told = len(self._trial.bubbles)

    def _print(self, bubble: Bubble) -> None:
        match bubble.whose:
            case "flow":
                self._write("\n" + plain(bubble.text))
                for number, choice in enumerate(bubble.choices, 1):
                    self._write(f"   {number}. {choice.label}")
            case "note":
                self._write(f"   [{bubble.text}]")
            case "flaw":
                self._write(f"   [the flow has a flaw here: {bubble.text}]")
            case "person":
                pass
