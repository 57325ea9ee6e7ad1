"""Build hook: bundle Vega, Vega-Lite and Vega-Embed into the one file that every chart loads from our own server."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = "workbench/views/publish/share/labextensions/workbench/static/vega-embed.mjs"


class VegaBundle(BuildHookInterface[Any]):
    """Write the bundle beside the sources unless it is already there."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the file once; delete it to have it made anew after an upgrade of vl-convert."""
        target = Path(self.root) / BUNDLE
        if target.exists():
            return
        import vl_convert

        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"{vl_convert.javascript_bundle()}\nexport default window.vegaEmbed;\n", encoding="utf-8")
