"""The theme, and Vega-Lite specs made from aggregated frames."""
