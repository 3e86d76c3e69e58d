"""Loading without being looked over the shoulder."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unhurried() -> Iterator[None]:
    """Loading makes much and drops nothing: the garbage collector would look through all of it a dozen times."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
