"""One question language: KQL text, a typed plan, and its execution by Polars."""
