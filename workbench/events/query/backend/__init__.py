"""From plan to Polars: one lazy frame for a whole plan."""
