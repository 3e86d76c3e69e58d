"""What a template may contain. Everything else is refused before it is compiled, let alone run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jinja2 import nodes

ALLOWED: Final = (
    nodes.Template,
    nodes.Block,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Test,
    nodes.Filter,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Tuple,
    nodes.List,
    nodes.Call,  # only super()
)
TESTS: Final = frozenset({"defined", "undefined", "none", "in", "eq", "equalto"})
FILTERS: Final = frozenset({"day", "time", "names", "length"})
DEEPEST: Final = 30
LOOPS: Final = 2
"""One loop in another is enough for every message, and never long."""
BLOCK: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class WordingProblem:
    """What is wrong with a template, and what would be right."""

    locale: str
    line: int
    text: str
    fix: str = ""


def problems(tree: nodes.Template, locale: str) -> list[WordingProblem]:
    """Everything in a template that is not allowed."""
    found = [*_outside(tree), *_inside(tree)]
    return [WordingProblem(locale=locale, line=line, text=text, fix=fix) for line, text, fix in found]


Found = Iterator[tuple[int, str, str]]


def _outside(tree: nodes.Template) -> Found:
    """A template is a list of blocks; nothing stands between them."""
    for node in tree.body:
        if isinstance(node, nodes.Block):
            if not BLOCK.fullmatch(node.name):
                yield node.lineno, f"“{node.name}” is no good name for a block.", "small letters, digits and _"
            continue
        texts = node.nodes if isinstance(node, nodes.Output) else [node]
        for text in texts:
            if not (isinstance(text, nodes.TemplateData) and not text.data.strip()):
                yield text.lineno, "This stands outside a block and is never said.", "put it into a block"
                break


def _inside(tree: nodes.Template) -> Found:
    """Walks without recursion: a hostile template may be very deep."""
    waiting: list[tuple[nodes.Node, int, int]] = [(tree, 0, 0)]
    while waiting:
        node, depth, loops = waiting.pop()
        reason = "It lies too deep in other things." if depth > DEEPEST else _refused(node, depth, loops)
        if reason:
            yield node.lineno, reason, "say it with plain words, {{ value }}, {% if %} and {% for %}"
            continue
        inner = loops + isinstance(node, nodes.For)
        waiting.extend((child, depth + 1, inner) for child in node.iter_child_nodes())


def _refused(node: nodes.Node, depth: int, loops: int) -> str:
    if not isinstance(node, ALLOWED):
        return f"{type(node).__name__} is not allowed in wording."
    match node:
        case nodes.Block() if depth > 1:
            return "A block cannot lie in another."
        case nodes.For() if loops >= LOOPS or node.recursive:
            return "So many loops are not allowed."
        case nodes.Call() if not _is_super(node):
            return "Nothing can be called in wording, except super()."
        case nodes.Filter() if node.name not in FILTERS or node.args or node.kwargs:
            return f"The filter “{node.name}” is not known."
        case nodes.Test() if node.name not in TESTS:
            return f"The test “{node.name}” is not known."
        case nodes.Getattr() if node.attr.startswith("_"):
            return f"“{node.attr}” is out of reach."
        case nodes.Getitem() if not (isinstance(node.arg, nodes.Const) and not str(node.arg.value).startswith("_")):
            return "Only a plain key can stand in [ ]."
    return ""


def _is_super(node: nodes.Call) -> bool:
    plain = not (node.args or node.kwargs or node.dyn_args or node.dyn_kwargs)
    return plain and isinstance(node.node, nodes.Name) and node.node.name == "super"


def names(block: nodes.Block) -> frozenset[str]:
    """The values a block asks for; "super" when it asks for the wording it falls back to."""
    used = {name.name for name in block.find_all(nodes.Name) if name.ctx == "load"}
    loops = list(block.find_all(nodes.For))
    bound = {name.name for loop in loops for name in _targets(loop)}
    return frozenset(used - bound - ({"loop"} if loops else set()))


def _targets(loop: nodes.For) -> Iterator[nodes.Name]:
    if isinstance(loop.target, nodes.Name):
        yield loop.target
    yield from loop.target.find_all(nodes.Name)
