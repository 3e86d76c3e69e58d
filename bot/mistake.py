"""How a command says that it cannot be done as asked."""


class Mistake(Exception):
    """The text says what would be right, in one sentence for whoever asked."""
