"""The one way in which a recording is turned away."""


class Unfit(Exception):
    """It is not kept; the text says why, without a word of what is in it."""
