"""A member of the team as somebody with rights."""

from bot.rights import Role, Staff
from storage.facilitators import GUARDIANS, Facilitator


def staff(facilitator: Facilitator) -> Staff:
    """What they may do goes by their role, their areas and their duty, as they are now."""
    return Staff(
        name=facilitator.name,
        areas=facilitator.areas,
        id=facilitator.id,
        guardian=facilitator.duty in GUARDIANS,
        role=Role(facilitator.works_as),
    )
