"""Pages that the browser tests open: every widget, with quiet data, with hostile data, and with none."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import polars as pl
from sample import COLUMNS, HOSTILE, NOW, PROPERTIES, ROWS, messages
from sample import hostile as hostile_rows

from workbench.apps.explore.filter_values import Property
from workbench.apps.session.encoded import Form
from workbench.apps.ui.explorer.filter_bar import FilterBar
from workbench.apps.ui.widgets.address import Address
from workbench.apps.ui.widgets.bar import Bar, Freshness
from workbench.apps.ui.widgets.card import OPEN_ROWS, SHOW_QUERY, Action, Card, Good
from workbench.apps.ui.widgets.chart import Chart
from workbench.apps.ui.widgets.choice import Choice, Option
from workbench.apps.ui.widgets.code import Code
from workbench.apps.ui.widgets.download import Download, file_of, send
from workbench.apps.ui.widgets.grid import Column, Grid
from workbench.apps.ui.widgets.layout import beside, cards, page, row
from workbench.apps.ui.widgets.panel import As, Block, Facts, Listing, Note, Pair, Panel, Section, Tab, Way
from workbench.base.errors import BadInput
from workbench.base.span import Span
from workbench.views.charts import axes
from workbench.views.charts.bars import bars
from workbench.views.charts.figure import Figure
from workbench.views.charts.histogram import histogram
from workbench.views.charts.lines import lines
from workbench.views.charts.sparkline import sparkline

EXPORTS = (Action("csv", "List as CSV"), Action("parquet", "List as Parquet"))
PIVOTS = (
    Option("DeliveryAction", "Delivery action"),
    Option("SenderFromDomain", "Sender domain"),
    Option("Verdict", "Verdict"),
)
QUESTION = "Which mail came, what became of it, and what it has in common."
NOTHING = "Nothing was imported for the last 24 hours. Import mail, or choose a wider window."


def expression(tree: Mapping[str, Any]) -> pl.Expr:
    parts = [expression(item) if "op" in item else condition(item) for item in tree["items"]]
    if not parts:
        return pl.lit(value=True)
    return {"all": pl.all_horizontal, "any": pl.any_horizontal, "none": lambda p: ~pl.any_horizontal(p)}[tree["op"]](
        parts
    )


def condition(item: Mapping[str, Any]) -> pl.Expr:
    values, column = item["values"], pl.col(item["property"])
    if item["property"] == "HasUrl":
        return (pl.col("UrlCount") > 0) == values[0]
    return {
        "any_of": lambda: column.is_in(values),
        "none_of": lambda: ~column.is_in(values),
        "contains": lambda: pl.any_horizontal([column.str.contains(each, literal=True) for each in values]),
        "equals": lambda: column.is_in(values),
        "above": lambda: column > values[0],
        "below": lambda: column < values[0],
        "matches": lambda: column.str.contains(values[0]),
        "is_empty": lambda: column == "",
        "in_network": lambda: pl.any_horizontal([column.str.starts_with(_prefix(each)) for each in values]),
    }[item["operator"]]()


def _prefix(network: str) -> str:
    """The digits that addresses of a /24 or /32 start with."""
    return str(ip_network(network)[0]).removesuffix("0") if network.endswith("/24") else network.partition("/")[0]


def over_time(frame: pl.DataFrame, span: Span, by: str = "DeliveryAction", title: str = "Messages over time") -> Figure:
    step = axes.step(span)
    bins = frame.with_columns(time=pl.col("Timestamp").dt.truncate(step), series=pl.col(by))
    return histogram(bins.group_by("time", "series").agg(count=pl.len()), span, step, title=title)


class Explorer:
    """The widgets of the Explorer page, and what they say to each other."""

    def __init__(self, rows: int = ROWS) -> None:
        self.all = self.frame = messages(rows)
        self.address = Address(("sort", "open"))
        self.bar = Bar("Explorer", QUESTION, now=NOW, exports=EXPORTS)
        self.span = self.bar.show("7d", Freshness(NOW - timedelta(minutes=3), live=False))
        self.filters = FilterBar(PROPERTIES, noun="messages", held=self.held)
        self.pivot = Choice(PIVOTS, label="Chart by", look="segments")
        self.chart = Chart(
            definition="One message counts once per recipient.", empty="Widen the window or remove a filter."
        )
        self.tabs = Choice(self.counts(), label="Details")
        self.grid = Grid(
            self.all, COLUMNS, noun="messages", label="Messages", tall=12, memory="test", empty="Remove a filter."
        )
        self.panel = Panel()
        self.code = Code("EmailEvents\n| where Timestamp > ago(7d)", 'w.mail.filter(DeliveryAction="Delivered")')
        self.download = Download("Download as CSV", lambda: file_of(self.grid.chosen, "rows", Form.csv))
        self.filters.matches(rows, rows)
        self.listen()
        self.draw()

    def listen(self) -> None:
        self.filters.on("preview", lambda tree: self.filters.matches(self.matching(tree).height, self.all.height))
        self.filters.on("change", self.apply)
        self.pivot.on("choose", self.draw)
        self.chart.on("pick", self.pick)
        self.chart.on("brush", self.cut)
        self.bar.on("export", self.export)
        self.grid.on("open", lambda row: self.address.show(open=row["NetworkMessageId"]))
        self.panel.on("open", lambda found: setattr(self.code, "title", " ".join(found)))
        self.address.on("arrive", lambda state: setattr(self.code, "title", f"Arrived with {sorted(state)}"))

    def held(self, name: str, text: str) -> str:
        found = self.all.filter(pl.col(name).str.to_lowercase() == text.lower())[name]
        return str(found[0]) if len(found) else ""

    def counts(self) -> list[Option]:
        return [
            Option("mail", "Email", self.frame.height),
            Option("urls", "Top URLs", 214),
            Option("clicks", "URL clicks", 0),
        ]

    def matching(self, tree: Mapping[str, Any]) -> pl.DataFrame:
        return self.all.filter(expression(tree))

    def apply(self, tree: Mapping[str, Any]) -> None:
        self.frame = self.matching(tree)
        self.filters.matches(self.frame.height, self.all.height)
        self.draw()

    def draw(self, *_: object) -> None:
        self.chart.draw(over_time(self.frame, self.span, self.pivot.chosen))
        self.grid.show(self.frame)
        self.tabs.offer(self.counts())

    def pick(self, value: str) -> None:
        picked = {"property": self.pivot.chosen, "operator": "any_of", "values": [value]}
        self.filters.set({"op": "all", "items": [*self.filters.tree["items"], picked]})

    def cut(self, marked: Span | None) -> None:
        inside = (
            pl.col("Timestamp").is_between(marked.start, marked.end, closed="left") if marked else pl.lit(value=True)
        )
        self.grid.show(self.frame.filter(inside))

    def export(self, kind: str) -> None:
        send(self.bar, file_of(self.frame.head(1000), "messages", Form(kind)))

    def page(self) -> object:
        listed = beside(self.grid, self.panel, self.details)
        return page(
            self.address,
            self.bar,
            self.filters,
            row(self.pivot),
            self.chart,
            self.tabs,
            listed,
            self.download,
            self.code,
        )

    def details(self, values: Mapping[str, Any]) -> None:
        facts = [
            Pair("Date", values["Timestamp"], "time"),
            Pair("Sender", values["SenderFromAddress"], "address", pivot="All mail of this sender"),
            Pair("Recipient", values["RecipientEmailAddress"], "mailbox"),
            Pair("Delivery action", values["DeliveryAction"], "delivery"),
            Pair("Verdict", values["Verdict"], "verdict"),
            Pair("Sender IP", values["SenderIPv4"], "ip"),
            Pair("Attachment", None),
            Pair("SHA-256", values["SHA256"], "hash"),
        ]
        urls = [[values["Url"], 3, "Suspicious"], [f"{values['Url']}/b", 0, "Not evaluated"]]
        block = Block("Headers", f"Received: from mx.lure.example (203.0.113.7)\nSubject: {values['Subject']}")
        columns = [("URL", "url"), ("Clicks", "number"), ("Verdict", "verdict"), ("Of", "text")]
        rows = [[*row, As(values["RecipientEmailAddress"], "mailbox")] for row in urls]
        none = Listing("Attachments", [("File", "text")], [], empty="This message has no attachment.")
        note = Note("Not evaluated", "Attachments were not opened: the message has none. Links were not visited.")
        hops = Listing("Hops", [("Server", "domain"), ("Seconds", "number")], [[f"mx{at}.test", at] for at in range(6)])
        tabs = (
            Tab("urls", "URLs", lambda: self.made("urls", Listing("URLs", columns, rows)), 2),
            Tab("files", "Attachments", lambda: self.made("files", none), 0),
            Tab("headers", "Headers", lambda: self.made("headers", block, Block("Query", "EmailEvents", folded=True))),
            Tab(
                "open",
                "Not evaluated",
                lambda: self.made("open", note, Way("Body", "Look", "http://127.0.0.1:9/m?of=a%26b%3D"), hops),
            ),
        )
        actions = (Action("open", "Open message", "open", primary=True), Action("kql", "Show query", "code"))
        shown = [Facts("Message", facts)]
        self.panel.show(values["Subject"], shown, subtitle=values["SenderFromDomain"], actions=actions, tabs=tabs)

    def made(self, name: str, *sections: Section) -> list[Section]:
        """The sections of a tab; the line under the page names it."""
        self.code.title = f"Made {name}"
        return list(sections)


def explorer() -> object:
    return Explorer().page()


def number(title: str, value: int, before: int, good: Good, daily: pl.DataFrame, span: Span) -> Card:
    card = Card(title, definition=f"{title}: each recipient counted.", actions=(OPEN_ROWS, SHOW_QUERY))
    card.show(value, "messages", previous=before, good=good)
    card.draw(sparkline(daily, span, title=title))
    return card


def drawn(title: str, figure: Figure) -> Card:
    card = Card(title, definition="What was not evaluated never counts as clean.", actions=(OPEN_ROWS, SHOW_QUERY))
    card.draw(figure)
    card.on("pick", lambda _value: None)
    return card


def dashboard() -> object:
    frame = messages()
    bar = Bar("Dashboard", "Are we under attack, did it get through, and is it more than last week?", now=NOW)
    span = bar.show("7d", Freshness(NOW - timedelta(minutes=3), live=False))
    daily = frame.group_by(time=pl.col("Timestamp").dt.truncate("1d")).agg(count=pl.len())
    missing = Card("Malicious links clicked", definition="Clicks on links judged malicious.", actions=(SHOW_QUERY,))
    missing.no_data("No click events were imported for this window.")
    numbers = [
        number("Malware blocked", 1_204, 1_377, "more", daily, span),
        number("Phish delivered", 38, 21, "less", daily, span),
        number("Messages scanned", 1_234_567, 1_301_002, "", daily, span),
        number("Reported by users", 0, 4, "less", daily, span),
        missing,
    ]
    classes = (("Phish", 30), ("Malware", 4), ("Spam", 900))
    threats = [
        {"time": span.start + timedelta(days=day), "series": name, "count": base + day * 3}
        for day in range(7)
        for name, base in classes
    ]
    users = frame.group_by(name="RecipientEmailAddress").agg(count=pl.len())
    senders = frame.group_by(name="SenderFromDomain", series="DeliveryAction").agg(count=pl.len())
    first = row(
        drawn(
            "Threat protection status", lines(pl.DataFrame(threats), span, title="Threat protection status", log=True)
        ),
        drawn("Verdicts over time", over_time(frame, span, "Verdict", "Verdicts over time")),
    )
    second = row(
        drawn("Top targeted users", bars(users, title="Top targeted users", top=8)),
        drawn("Sender domains by delivery", bars(senders, title="Sender domains by delivery", top=8)),
    )
    alerts = Grid(
        frame.head(40), (COLUMNS[0], Column("Severity", kind="severity"), *COLUMNS[1:3]), noun="alerts", tall=8
    )
    return page(bar, cards(*numbers, narrowest=220), first, second, alerts)


def hostile() -> object:
    """Every text field of every widget holds what an attacker would write there."""
    words = list(HOSTILE)
    return page(*hostile_head(words), *hostile_charts(words), *hostile_body(words))


def hostile_head(words: list[str]) -> list[Any]:
    bar = Bar(words[0], words[1], exports=[Action("x", words[2])], actions=[Action("y", words[1])], now=NOW)
    bar.show("7d")
    properties = [Property(f"p{at}", word, "text", words[at - 1], tuple(words), word) for at, word in enumerate(words)]
    inner = {"op": "none", "items": [{"property": "p1", "operator": "contains", "values": [words[1]]}]}
    tree = {"op": "any", "items": [{"property": "p0", "operator": "any_of", "values": words}, inner]}
    filters = FilterBar(properties, tree, noun=words[0])
    filters.matches(1, 2)
    card = Card(words[0], definition=words[1], actions=[Action("a", words[2])])
    card.show(3, words[1], previous=1, good="less")
    missing = Card(words[2])
    missing.no_data(words[0])
    tabs = Choice([Option(str(at), word, at) for at, word in enumerate(words[:4])], label=words[0])
    return [bar, filters, cards(card, missing), tabs, Choice([Option("0", words[0])], label=words[1], look="list")]


def complain(value: str) -> None:
    raise BadInput(value)


def hostile_charts(words: list[str]) -> list[Any]:
    span = Span(NOW - timedelta(days=1), NOW)
    counts = hostile_rows().select(time="Timestamp", series="Subject", name="Subject", count=pl.col("EmailSize") + 1)
    hour = timedelta(hours=1)
    chart = Chart(histogram(counts, span, hour, title=words[0], unit=words[1]), definition=words[2], empty=words[0])
    chart.on("pick", complain)
    top = Chart(bars(counts.select("name", "count"), title=words[1], unit=words[0], top=20))
    named = Chart(lines(counts.head(8), span, hour, title=words[2]))
    return [
        chart,
        top,
        named,
        Chart(histogram(counts.clear(), span, hour, title=words[0], unit=words[1]), empty=words[1]),
    ]


def hostile_body(words: list[str]) -> list[Any]:
    kinds = {
        "Subject": "subject",
        "Url": "url",
        "SenderFromAddress": "address",
        "SHA256": "hash",
        "DeliveryAction": "delivery",
        "Verdict": "verdict",
        "Tags": "list",
    }
    columns = [Column("Timestamp", words[0], "time", help=words[1])]
    columns += [Column(name, words[at], kind, help=words[at]) for at, (name, kind) in enumerate(kinds.items())]
    grid = Grid(hostile_rows(), columns, noun="messages", label=words[0], empty=words[1])
    panel = Panel()
    sections = [
        Facts(words[1], [Pair(word, word, "url", pivot=words[0]) for word in words]),
        Listing(words[2], [(word, "text") for word in words], [words]),
        Block(words[0], "\n".join(words)),
        Note(words[1], words[2]),
    ]
    panel.on("open", lambda _found: None)
    kinds = ("address", "mailbox", "domain", "ip", "url", "hash", "text", "subject", "verdict")
    inside = [
        Listing(words[1], [(words[2], kind) for kind in kinds], [[word] * len(kinds) for word in words]),
        *sections,
    ]
    tabs = [Tab(str(at), word, lambda: inside) for at, word in enumerate(words[:4])]
    panel.show(words[0], sections, subtitle=words[1], actions=[Action("a", words[0])], tabs=tabs)
    return [
        grid,
        panel,
        Download(words[0], lambda: file_of(hostile_rows(), words[0], Form.csv)),
        Code(words[0], words[1], title=words[2], opened=True),
    ]


def empty() -> object:
    bar = Bar("Explorer", QUESTION, now=NOW)
    span = bar.show("24h", Freshness(None))
    filters = FilterBar(PROPERTIES, noun="messages")
    filters.matches(0, 0)
    chart = Chart(over_time(messages(1).clear(), span), empty=NOTHING)
    grid = Grid(messages(1).clear(), COLUMNS, noun="messages", empty=NOTHING)
    card = Card("Phish delivered", definition="Messages judged phish that reached an inbox.")
    card.no_data("No verdicts were computed for this window.")
    zero = Card("Reported by users")
    zero.show(0, "messages", previous=0)
    return page(bar, filters, cards(card, zero), chart, grid)
