import polars as pl

pl.DataFrame({"a": range(10)}).lazy().group_by(pl.col("a") % 2).len().collect(engine="streaming")
