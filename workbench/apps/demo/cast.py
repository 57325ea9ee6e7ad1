"""Everything that stays the same from slice to slice: people, outside, subjects, files. Made once for a plan."""

from functools import cached_property

import numpy as np
import polars as pl

from workbench.apps.demo.draws import Ints, hexes, stream
from workbench.apps.demo.outside import Outside
from workbench.apps.demo.parameters import mix
from workbench.apps.demo.people import People
from workbench.apps.demo.plan import Plan
from workbench.apps.demo.subjects import Phrases, news, wanted
from workbench.apps.demo.words import FILE_NAMES, FILE_TYPES

FILES = 20_000


class Cast:
    """Who and what a build draws from."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.people = People(plan)
        self.outside = Outside(plan.seed)

    @cached_property
    def subjects(self) -> Phrases:
        """Subjects of wanted mail."""
        return wanted(mix("languages").names)

    @cached_property
    def news(self) -> Phrases:
        """Subjects of newsletters."""
        return news()

    @cached_property
    def files(self) -> pl.DataFrame:
        """Harmless files that people send: name, type, SHA-256, bytes."""
        draw = stream(self.plan.seed, "files")
        kind: Ints = draw.integers(0, len(FILE_TYPES), FILES)
        name = pl.Series(FILE_NAMES).gather(draw.integers(0, len(FILE_NAMES), FILES))
        types = pl.Series(FILE_TYPES).gather(kind)
        return pl.DataFrame(
            {
                "FileName": name + "_" + pl.Series(np.arange(FILES) + 1000).cast(pl.String) + "." + types,
                "FileType": types,
                "SHA256": hexes(draw, FILES, 64),
                "FileSize": np.exp(11.5 + 1.2 * draw.standard_normal(FILES)).astype(np.int64),
            }
        )
