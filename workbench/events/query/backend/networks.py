"""``ipv4_lookup`` and ``ipv6_lookup``: addresses beside the networks that hold them."""

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import polars as pl

from workbench.events.lookups.addresses import addresses
from workbench.events.query.backend import documents
from workbench.events.query.backend.frame import Frame, Order, Runner
from workbench.events.query.backend.values import as_text, plain
from workbench.events.query.functions.network6 import number_of
from workbench.events.query.plan import Located
from workbench.events.tables import KqlType

_KEY, _RIGHT = "\x00key", "\x00right "
_FOUR, _SIX = 4, 6
_BITS = MappingProxyType({_FOUR: 32, _SIX: 128})
_MAPPED_BITS = 96
"""Bits before an address of version 4 inside one of version 6."""


def frame(node: Located, runner: Runner) -> Frame:
    """The rows side by side, one for each network that holds the address.

    The networks are read while the frame is made. An address is looked up once for each length of prefix that occurs:
    its first bits and the further keys, as one text, among those of the networks.
    """
    left, right = runner.frame(node.left), runner.towards(Order.KEPT).frame(node.right)
    held, lengths = _networks(node, right)
    lazy = left.lazy.with_columns(_found(node, held[_KEY].unique(), lengths).alias(_KEY))
    lazy = lazy.explode(_KEY, empty_as_null=node.outer, keep_nulls=node.outer)
    joined = lazy.join(held.lazy(), on=_KEY, how="left" if node.outer else "inner", maintain_order="left_right")
    kinds = dict(node.columns)
    columns = [_column(name, source, kinds[name], from_left=from_left) for name, from_left, source in node.output]
    forms = {name: (left if mine else right).forms.get(source) for name, mine, source in node.output}
    return Frame(joined.select(columns), {name: form for name, form in forms.items() if form})


def _networks(node: Located, right: Frame) -> tuple[pl.DataFrame, list[int]]:
    """The rows of the right with their keys, and the lengths of prefix that occur."""
    network = pl.col(f"{_RIGHT}{node.network}")
    named = right.lazy.select(pl.col(name).alias(f"{_RIGHT}{name}") for name, _ in node.right.columns)
    held = named.with_columns(_length(network, node.version).alias(_KEY)).collect(engine="streaming")
    lengths = sorted(held[_KEY].drop_nulls().unique())
    return _keyed(held, node, lengths), lengths


def _found(node: Located, known: pl.Series, lengths: Sequence[int]) -> pl.Expr:
    """The keys under which an address is among the networks."""
    texts = _bits(pl.col(node.address), node.version, lengths)
    more = [as_text(plain(pl.col(name), node.left.types[name])) for name, _ in node.on]
    keys = [pl.concat_str([text, *more], separator="\x00") for text in texts]
    if not keys:
        return pl.lit([], dtype=pl.List(pl.String))
    return pl.concat_list(pl.when(key.is_in(known.implode())).then(key) for key in keys).list.drop_nulls()


def _column(name: str, source: str, kind: KqlType, *, from_left: bool) -> pl.Expr:
    column = pl.col(source if from_left else f"{_RIGHT}{source}")
    return (column.fill_null("") if kind == "string" and not from_left else column).alias(name)


def _keyed(held: pl.DataFrame, node: Located, lengths: Sequence[int]) -> pl.DataFrame:
    """The networks with their key in place of the length of their prefix; what is no network has none."""
    length = pl.col(_KEY)
    texts = _bits(pl.col(f"{_RIGHT}{node.network}"), node.version, lengths)
    each = [pl.when(length == wanted).then(text) for wanted, text in zip(lengths, texts, strict=True)]
    own = pl.coalesce(each) if each else pl.lit(None)
    more = [as_text(plain(pl.col(f"{_RIGHT}{name}"), node.right.types[name])) for _, name in node.on]
    return held.with_columns(pl.concat_str([own.cast(pl.String), *more], separator="\x00").alias(_KEY))


def _length(network: pl.Expr, version: int) -> pl.Expr:
    """The bits of a network that count; null where the text is no address or says more bits than there are."""
    bits = _BITS[version]
    given = network.str.extract(r"/(\d{1,3})\s*$", 1).cast(pl.Int64)
    if version == _SIX:
        short = ~network.str.contains(":", literal=True)
        given = pl.when(short).then(given + _MAPPED_BITS).otherwise(given)
    length = given.fill_null(bits)
    return pl.when((length <= bits) & _bits(network, version, [bits])[0].is_not_null()).then(length)


def _bits(text: pl.Expr, version: int, lengths: Sequence[int]) -> list[pl.Expr]:
    """The first bits of an address, for each length, as text that says the length too; null for what is no address."""
    address = text.str.extract(r"^\s*([^/\s]*)", 1)
    if version == _FOUR:
        number = address.map_batches(_numbers, return_dtype=pl.Int64, is_elementwise=True)
        return [pl.format("{}/{}", number // 2 ** (32 - length), pl.lit(length)) for length in lengths]
    whole = documents.mapped(address, _number, pl.String())
    return [pl.concat_str(whole.str.head(length), pl.lit(f"/{length}")) for length in lengths]


def _numbers(texts: pl.Series) -> pl.Series:
    read = addresses(texts)
    numbers = np.full(read.rows, -1, np.int64)
    numbers[read.at4] = read.four
    return pl.Series(numbers).replace(-1, None)


def _number(text: str) -> str | None:
    """The 128 bits of an address."""
    found = number_of(text)
    return f"{found[0]:0128b}" if found else None
