"""How far two people who sorted the same things agree, beyond what chance would give. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """Things that both have looked at: how many both put under a label, one alone did, or neither did."""

    both: int
    first: int
    second: int
    neither: int

    @property
    def things(self) -> int:
        """How many they both looked at."""
        return self.both + self.first + self.second + self.neither

    @property
    def same(self) -> float | None:
        """The share of them on which they agree; None if there are none."""
        return (self.both + self.neither) / self.things if self.things else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa: 1 is full agreement, 0 what chance gives. None where chance alone would agree on all."""
        if not self.things:
            return None
        yes = (self.both + self.first) * (self.both + self.second)
        no = (self.neither + self.first) * (self.neither + self.second)
        chance = (yes + no) / self.things**2
        seen = (self.both + self.neither) / self.things
        return None if chance == 1 else (seen - chance) / (1 - chance)


def together(parts: list[Agreement]) -> Agreement:
    """Several labels as one: every thing counts once for each label."""
    return Agreement(
        both=sum(part.both for part in parts),
        first=sum(part.first for part in parts),
        second=sum(part.second for part in parts),
        neither=sum(part.neither for part in parts),
    )
