"""python -m bot: the same as the command `reconvene`."""

from bot.cli import main

main()
