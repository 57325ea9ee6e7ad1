"""Who writes to whom about what: messages of a slice, and their copies. What becomes of them is ``delivery``'s."""

import numpy as np
import polars as pl

from workbench.apps.demo.campaigns import KINDS, SPAM, drawn, mails
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.draws import Ints, counts, either, guids, hexes, picked, stream, weighted
from workbench.apps.demo.outside import addresses, strangers
from workbench.apps.demo.parameters import FILES, mix, rate, spread
from workbench.apps.demo.people import DOMAIN
from workbench.apps.demo.places import OFFICES
from workbench.apps.demo.threads import issued, spoken, written

PERSONAL, NEWSLETTER = "personal", "newsletter"
_LOCAL = ("notice", "billing", "office", "support", "info", "no-reply")
_CAMPAIGNS_NEW = 0.43
"""Of unwanted mail, what share is a campaign's first from an address (measured)."""

_ONE = 0.6
_MORE = 0.35
_LIST = 8
"""Copies from which a message went to a list."""


def messages(cast: Cast, number: int) -> pl.DataFrame:
    """The messages of a slice in order of time.

    ``at`` is in microseconds since 1970, ``copies`` how many recipients, ``kind`` what the message wants (personal,
    newsletter, spam, or an attack), ``net`` stands for the host it came from.
    """
    whole = pl.concat(
        [_inside(cast, number), _outbound(cast, number), _wanted(cast, number), *_unwanted(cast, number)],
        how="diagonal",
    )
    ordered = whole.sort("at", maintain_order=True)
    draw = stream(cast.plan.seed, "ids", number)
    count = ordered.height
    four, six = addresses(ordered["net"])
    inside = ordered["own"]
    return ordered.with_row_index("message").with_columns(
        NetworkMessageId=guids(draw, count),
        InternetMessageId="<" + hexes(draw, count, 20) + "@" + ordered["domain"] + ">",
        SenderIPv4=pl.when(inside != "").then(inside).otherwise(four),
        SenderIPv6=pl.when(inside != "").then(pl.lit("")).otherwise(six),
    )


def copies(cast: Cast, sent: pl.DataFrame) -> pl.DataFrame:
    """One row a message and recipient; the recipients of one message differ."""
    each = sent["copies"].to_numpy()
    source = np.repeat(np.arange(sent.height), each)
    turn = np.arange(len(source)) - np.repeat(each.cumsum() - each, each)
    whole = sent[source].with_columns(turn=pl.Series(turn))
    people, outside = cast.people, cast.outside
    place = (whole["to"].to_numpy() + turn * 7) % np.where(
        whole["EmailDirection"].to_numpy() == "Outbound", outside.addresses.len(), len(people)
    )
    out = pl.Series(whole["EmailDirection"] == "Outbound")
    insider, outsider = pl.Series(place % len(people)), pl.Series(place % outside.addresses.len())
    return whole.with_columns(
        RecipientEmailAddress=pl.when(out)
        .then(outside.addresses.gather(outsider))
        .otherwise(people.address.gather(insider)),
        RecipientObjectId=pl.when(out).then(pl.lit("")).otherwise(people.object_id.gather(insider)),
        person=pl.when(out).then(-1).otherwise(insider),
    )


def _sizes(draw: np.random.Generator, total: int) -> Ints:
    """Copies of messages that have ``total`` between them."""
    if not total:
        return np.zeros(0, np.int64)
    sizes = np.where(draw.random(total) < _ONE, 1, 1 + draw.geometric(_MORE, total)).clip(1, 30)
    count = int(np.searchsorted(sizes.cumsum(), total)) + 1
    sizes = sizes[:count]
    sizes[-1] -= sizes.sum() - total
    return sizes.astype(np.int64)


def _part(cast: Cast, direction: str, number: int) -> int:
    """Copies in a direction that office hours bring."""
    total = cast.plan.mails * mix("direction").shares[direction]
    if direction == "Inbound":
        total *= 1 - rate("unwanted")
    return cast.plan.count(total, "office", number)


def _office(cast: Cast, direction: str, number: int) -> pl.DataFrame:
    """What messages of our own people share, whoever gets them."""
    draw = stream(cast.plan.seed, direction, number)
    sizes = _sizes(draw, _part(cast, direction, number))
    count = len(sizes)
    who = pl.Series(weighted(draw, cast.people.weights, count))
    people = cast.people
    language = spoken(draw, people.language[who])
    return pl.DataFrame(
        {
            "at": cast.plan.moments(direction, "office", number, count),
            "copies": sizes,
            "SenderFromAddress": people.address.gather(who),
            "SenderDisplayName": people.name.gather(who),
            "SenderObjectId": people.object_id.gather(who),
            "urls": counts(draw, spread("urls_personal"), count),
            "files": (draw.random(count) < FILES["inside"]).astype(np.int64),
            "own": pl.Series([office.address for office in OFFICES]).gather(people.office).gather(who),
        }
    ).with_columns(
        *written(cast, draw, number, people.team[who], language).get_columns(),
        domain=pl.lit(DOMAIN),
        kind=pl.lit(PERSONAL),
        net=pl.lit(1, pl.Int64),
        EmailDirection=pl.lit(direction),
    )


def _inside(cast: Cast, number: int) -> pl.DataFrame:
    made = _office(cast, "Intra-org", number)
    draw = stream(cast.plan.seed, "Intra-org/to", number)
    lists = pl.when(pl.col("copies") >= _LIST).then(pl.lit(f"all.staff@{DOMAIN}")).otherwise(pl.lit(""))
    return made.with_columns(to=pl.Series(weighted(draw, cast.people.weights, made.height)), DistributionList=lists)


def _outbound(cast: Cast, number: int) -> pl.DataFrame:
    made = _office(cast, "Outbound", number)
    draw = stream(cast.plan.seed, "Outbound/to", number)
    return made.with_columns(to=pl.Series(_known(cast, draw, made.height)))


def _known(cast: Cast, draw: np.random.Generator, count: int) -> Ints:
    """Known people outside, by Zipf over their domains."""
    outside = cast.outside
    domain = weighted(draw, outside.weights, count)
    each = outside.addresses.len() // outside.domains.len()
    return domain * each + (each * draw.random(count) ** 2).astype(np.int64)


def _wanted(cast: Cast, number: int) -> pl.DataFrame:
    """Mail from partners and newsletters we know, and from people who write for the first time."""
    draw = stream(cast.plan.seed, "wanted", number)
    count = _part(cast, "Inbound", number)
    paper = draw.random(count) < rate("newsletters")
    # Unwanted mail is from strangers for the most part; the rest of the share is honest first contact.
    strange = draw.random(count) < _honest_strangers()
    known = _known(cast, draw, count)
    made = pl.DataFrame(
        {
            "at": cast.plan.moments("wanted", "office", number, count),
            "copies": np.ones(count, np.int64),
            "to": weighted(draw, cast.people.weights, count),
            "paper": paper,
            "strange": strange & ~paper,
            "known": known,
            "news": weighted(draw, 1.0 / np.arange(1, cast.outside.newsletters.len() + 1), count),
            "home": np.where(strange, picked(draw, mix("languages"), count), _houses(cast, known)),
            "urls": np.where(
                paper, counts(draw, spread("urls_newsletter"), count), counts(draw, spread("urls_personal"), count)
            ),
            "files": (~paper & (draw.random(count) < FILES["wanted"])).astype(np.int64),
        }
    )
    letters, papers = made.filter(~pl.col("paper")), made.filter("paper")
    language = spoken(draw, letters["home"].to_numpy())
    said = written(cast, draw, number, cast.people.team[letters["to"]], language)
    issues = issued(cast, number, papers["news"].to_numpy())
    whole = pl.concat([letters.hstack(said), papers.hstack(issues)])
    return _from_outside(cast, draw, whole).drop("paper", "strange", "known", "news", "home")


def _houses(cast: Cast, known: Ints) -> Ints:
    """The languages of the houses of known people."""
    found: Ints = cast.outside.language[cast.outside.home[known]]
    return found


def _honest_strangers() -> float:
    """Of wanted mail, what share is first contact, so that with unwanted mail it is the declared share of inbound."""
    unwanted = rate("unwanted") * (rate("single_mails") + _CAMPAIGNS_NEW)
    return max(0.0, rate("first_contact") - unwanted) / (1 - rate("unwanted")) / (1 - rate("newsletters"))


def _from_outside(cast: Cast, draw: np.random.Generator, made: pl.DataFrame) -> pl.DataFrame:
    """Give mail its sender: one that is known, a newsletter or a stranger."""
    count, outside = made.height, cast.outside
    known, paper = made["known"], made["news"]
    news = outside.newsletters.gather(paper)
    new = strangers(draw, count)

    def chosen(ours: pl.Series, papers: pl.Series, theirs: pl.Series) -> pl.Expr:
        return pl.when("paper").then(papers).when("strange").then(theirs).otherwise(ours)

    home = pl.Series(outside.home)
    return made.with_columns(
        SenderFromAddress=chosen(outside.addresses.gather(known), "news@" + news, new["address"]),
        SenderDisplayName=chosen(outside.names.gather(known), outside.paper_names.gather(paper), new["name"]),
        domain=chosen(outside.domains.gather(home.gather(known)), news, new["domain"]),
        net=chosen(home.gather(known), paper.cast(pl.Int64) + 5_000, pl.Series(draw.integers(0, 80_000_000, count))),
        own=pl.lit(""), EmailDirection=pl.lit("Inbound"), SenderObjectId=pl.lit(""),
        kind=either(pl.col("paper"), NEWSLETTER, PERSONAL),
    )  # fmt: skip


def _unwanted(cast: Cast, number: int) -> list[pl.DataFrame]:
    return [_of_kind(cast, kind, number) for kind in range(len(KINDS))]


def _of_kind(cast: Cast, kind: int, number: int) -> pl.DataFrame:
    plan, name = cast.plan, KINDS[kind]
    count = plan.count(mails(plan, name), "flat", number)
    draw = stream(plan.seed, f"unwanted/{name}/rest", number)
    rows = drawn(plan, kind, number, count)
    # Text to people, a link or a file: what the kind needs it has.
    links = np.where(
        name == "advance fee",
        0,
        counts(draw, spread("urls_phish"), count).clip(1 if name in ("credentials", "link") else 0),
    )
    share = FILES["file"] if name == "file" else FILES["phish"] if name != SPAM else 0.02
    local = pl.Series(_LOCAL).gather(rows["net"] // 100 % len(_LOCAL))
    return rows.select(
        pl.Series("at", plan.moments(name, "flat", number, count)),
        pl.lit(1, pl.Int64).alias("copies"),
        pl.Series("to", weighted(draw, cast.people.weights, count)),
        (local + "@" + rows["domain"]).alias("SenderFromAddress"),
        pl.col("name").str.replace_all("-", " ").str.to_titlecase().alias("SenderDisplayName"),
        pl.col("subject").alias("Subject"),
        pl.col("cluster").alias("EmailClusterId"),
        pl.col("language").alias("EmailLanguage"),
        pl.Series("urls", links.astype(np.int64)),
        pl.Series("files", (draw.random(count) < share).astype(np.int64)),
        "domain", "net", "good", "file",
        pl.lit("").alias("own"), pl.lit(name).alias("kind"), pl.lit("Inbound").alias("EmailDirection"),
        pl.lit("").alias("SenderObjectId"),
    )  # fmt: skip
