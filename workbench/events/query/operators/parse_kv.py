"""``parse-kv``: values of a text by their keys.

Source of the rules: "parse-kv operator" of the Kusto documentation. The first value of a key counts; blanks around keys
and values do not. A value in quotes may hold the delimiters.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.calls import as_type, check_pattern
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.literals import quoted
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import name_text, show
from workbench.events.query.kql.statements import typed_name
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Bound, Captures, Columns, Const, Node, Pairs, Ref, apply, extended, kept, like

_OPTIONS = ("pair_delimiter", "kv_delimiter", "quote", "escape", "greedy", "regex")
_WORD, _GAP = r"[\p{L}\p{N}]", r"[^\p{L}\p{N}]"
_PAIR = 2
MOST_KEYS = 50
"""Keys of one step: each is a pass over the text."""
_OWN = "\x00kv"


@dataclass(frozen=True, slots=True)
class ParseKv(Operator):
    """``parse-kv Text as (src:string, bytes:long) with (pair_delimiter=" ", kv_delimiter="=", quote='"')``."""

    text: Expr
    keys: Columns
    options: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> tuple[str, ...]:
        """The values of an option, which may be given several times."""
        return tuple(value for each, value in self.options if each == name)

    def one(self, name: str) -> str:
        """The value of an option, empty where it is not given."""
        return "".join(self.all(name)[:1])


def _parse(p: Parser, word: Token) -> ParseKv:
    text = expression(p)
    p.expect("as", "and the keys")
    p.expect("(")
    keys = p.within(typed_name, ")")
    options: tuple[tuple[str, str], ...] = ()
    if p.found("with"):
        p.expect("(")
        options = p.within(_option, ")")
    return ParseKv(text, keys, options, at=word.at)


def _option(p: Parser) -> tuple[str, str]:
    name = p.one_of("parameter", _OPTIONS)
    p.expect("=", "after the parameter")
    return name, p.one_of("value", ("true", "false")) if name == "greedy" else p.string()


def _show(tree: ParseKv) -> str:
    keys = ", ".join(f"{name_text(name)}:{kind}" for name, kind in tree.keys)
    options = ", ".join(f"{name}={value if name == 'greedy' else quoted(value)}" for name, value in tree.options)
    return f"parse-kv {show(tree.text)} as ({keys}){f' with ({options})' if options else ''}"


def _bind(tree: ParseKv, source: Node, binder: Binder) -> Node:
    _check(tree, binder)
    text = as_type(binder.expr(tree.text, Row(source)), "string", tree.text, binder)
    if pattern := tree.one("regex"):
        node, values = _by_regex(tree, pattern, text, source, binder)
    else:
        node, values = _by_delimiters(tree, text, source, binder)
    typed = [as_type(value, kind, tree, binder) for value, (_, kind) in zip(values, tree.keys, strict=True)]
    node = extended(node, tuple((name, value) for (name, _), value in zip(tree.keys, typed, strict=True)))
    return kept(node, {name: name for name in node.types if not name.startswith(_OWN)})


def _check(tree: ParseKv, binder: Binder) -> None:
    _check_keys(tree, binder)
    delimiters = tree.one("pair_delimiter"), tree.one("kv_delimiter")
    if any(delimiters) != all(delimiters):
        raise binder.error(tree, "pair_delimiter and kv_delimiter go together")
    if tree.one("regex") and len(tree.options) > 1:
        raise binder.error(tree, "A regular expression of pairs takes no other parameter")
    if tree.one("greedy") == "true" and not all(delimiters):
        raise binder.error(tree, "'greedy' goes with pair_delimiter and kv_delimiter")
    if not all(1 <= len(each) <= 2 for each in tree.all("quote")):
        raise binder.error(tree, "A quote is one character, or an opening and a closing one")
    if not all(len(each) == 1 for each in tree.all("escape")):
        raise binder.error(tree, "An escape is one character")


def _check_keys(tree: ParseKv, binder: Binder) -> None:
    names = [name for name, _ in tree.keys]
    if len(names) > MOST_KEYS:
        raise binder.error(tree, f"parse-kv takes at most {MOST_KEYS} keys", "Parse the rest in a second step.")
    for name in names:
        if names.count(name) > 1:
            raise binder.error(tree, f"The key {name!r} is there twice")


def _by_regex(tree: ParseKv, pattern: str, text: Bound, source: Node, binder: Binder) -> tuple[Node, Sequence[Bound]]:
    pattern = check_pattern(pattern, tree, binder)
    if len(re.findall(r"(?<!\\)\((?!\?(?!P?<))", pattern)) != _PAIR:
        raise binder.error(tree, "The regular expression has two groups: the key and its value")
    own = tuple(f"{_OWN}{number}" for number in range(len(tree.keys)))
    more: Columns = tuple((name, "string") for name in own)
    node = Pairs(source, text, pattern, tuple(name for name, _ in tree.keys), own, **like(source, more=more))
    return node, [Ref(name, type="string") for name in own]


def _by_delimiters(tree: ParseKv, text: Bound, source: Node, binder: Binder) -> tuple[Node, Sequence[Bound]]:
    """A pass for each key: its value stands in one of the groups, those in quotes first."""
    node, values = source, []
    for number, (key, _) in enumerate(tree.keys):
        groups = tuple(f"kv_{number}_{each}_" for each in range(len(tree.all("quote")) + 1))
        own = tuple(f"{_OWN}{group}" for group in groups)
        pattern = _pattern(tree, key, groups)
        check_pattern(pattern, tree, binder)
        found = f"{_OWN}{number}"
        more: Columns = (*((name, "string") for name in own), (found, "bool"))
        node = Captures(node, text, pattern, tuple(zip(groups, own, strict=True)), found, **like(node, more=more))
        values.append(_value(tree, own))
    return node, values


def _value(tree: ParseKv, own: Sequence[str]) -> Bound:
    """The value in whichever group it was found, escapes in quotes undone."""
    *inside, bare = (Ref(name, type="string") for name in own)
    escapes = "".join(map(_escaped, tree.all("escape")))
    unescaped = [_replaced(each, f"[{escapes}](.)") if escapes else each for each in inside]
    return apply("strcat", (*unescaped, bare), "string") if inside else bare


def _replaced(text: Bound, pattern: str) -> Bound:
    parts = (text, Const(pattern, type="string"), Const(r"\1", type="string"))
    return apply("replace_regex", parts, "string")


def _pattern(tree: ParseKv, key: str, groups: Sequence[str]) -> str:
    """The key, in quotes or not, and its value."""
    pair, between = re.escape(tree.one("pair_delimiter")), re.escape(tree.one("kv_delimiter"))
    names = "|".join(
        [re.escape(key), *(f"{_escaped(q[0])}{re.escape(key)}{_escaped(q[-1])}" for q in tree.all("quote"))]
    )
    inside = list(_in_quotes(tree, groups))
    start = rf"(?s){_start(tree, pair or _GAP)}\s*(?:{names})"
    if not pair:
        values = "|".join([*inside, f"(?P<{groups[-1]}>{_WORD}+)"])
        return f"{start}{_GAP}+?(?:{values})"
    ends = rf"\s*(?:$|{pair})"
    if tree.one("greedy") == "true":
        ends = rf"\s*(?:{pair}\s*)?(?:$|{pair}\s*\S+?\s*{between})"
    values = "|".join([*inside, f"(?P<{groups[-1]}>.*?)"])
    return rf"{start}\s*{between}\s*(?:{values}){ends}"


def _start(tree: ParseKv, delimiter: str) -> str:
    """Where a pair starts: a delimiter between quotes parts nothing."""
    if not tree.all("quote"):
        return f"(?:^|{delimiter})"
    opening = "".join(_escaped(quote[0]) for quote in tree.all("quote"))
    whole = "|".join(_in_quotes(tree, ()))
    return f"^(?:(?:{whole}|[^{opening}])*?{delimiter})??"


def _in_quotes(tree: ParseKv, groups: Sequence[str]) -> Iterator[str]:
    """Text in each kind of quotes, in the group of that number where there are groups."""
    escapes = "".join(map(_escaped, tree.all("escape")))
    for number, quote in enumerate(tree.all("quote")):
        inner = f"[^{_escaped(quote[-1])}{escapes}]"
        held = f"(?:[{escapes}].|{inner})*" if escapes else f"{inner}*"
        group = f"?P<{groups[number]}>" if groups else "?:"
        yield f"{_escaped(quote[0])}({group}{held}){_escaped(quote[-1])}"


def _escaped(char: str) -> str:
    """A character for use in a class as well as outside of one."""
    return f"\\{char}" if char in "\\^]-[.*+?(){}|$&~" else char


OPERATOR = OperatorKind(("parse-kv",), ParseKv, "Values of a text by their keys, as columns.", _parse, _show, _bind)
