"""Write the bill of materials: every package the product needs, as CycloneDX JSON, from what is installed and pinned.

The hash of a package is that of its file list (RECORD), which names the SHA-256 of each installed file; archives of
packages are not at hand. Two runs over one environment write the same bytes.
"""

import hashlib
import json
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT))

from check_licences import KNOWN, _licence  # noqa: E402

PRODUCT = "threat-investigation-workbench"
SHIPPED = ("lab", "apps", "playbooks", "service")
"""Extras that people install; what tests and checks need is not delivered."""


def main() -> int:
    """Write the file named, else ``dist/sbom.json``; the exit status is the number of packages that are not here."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / "sbom.json"
    made, missing = bill()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for name in missing:
        print(f"needed and not installed, so not in the bill: {name}")
    print(f"{path}: {len(made['components'])} packages")
    return len(missing)


def bill() -> tuple[dict, list[str]]:
    """The bill as CycloneDX 1.6, and the names of packages that are needed and not installed."""
    from workbench import __version__

    found, missing = closure()
    own = {
        "type": "application",
        "bom-ref": PRODUCT,
        "name": PRODUCT,
        "version": __version__,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }
    links = [{"ref": PRODUCT, "dependsOn": sorted({_ref(found[name]) for name in _direct() if name in found})}]
    links += [_links(package, found) for package in found.values()]
    made = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": [_component(name, found[name]) for name in sorted(found)],
        "dependencies": links,
    }
    return made, missing


def closure() -> tuple[dict[str, Distribution], list[str]]:
    """Every package that the product needs, however deep, by canonical name; and what is missing."""
    found: dict[str, Distribution] = {}
    missing: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = [Requirement(line) for line in _declared()]
    while waiting:
        need = waiting.pop()
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        for extra in ("", *need.extras):
            name = canonicalize_name(need.name)
            if (name, extra) in seen or name == PRODUCT:
                continue
            seen.add((name, extra))
            try:
                found[name] = distribution(need.name)
            except PackageNotFoundError:
                missing.add(name)
            else:
                waiting += _needs(found[name], extra)
    return dict(sorted(found.items())), sorted(missing)


def pins() -> dict[str, str]:
    """The versions of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


def _declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [*project["dependencies"], *(line for name in SHIPPED for line in extras[name])]


def _direct() -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in _declared()}


def _needs(package: Distribution, extra: str) -> list[Requirement]:
    needs = [Requirement(line) for line in package.requires or []]
    chosen = [need for need in needs if need.marker is None or need.marker.evaluate({"extra": extra})]
    for need in chosen:
        need.marker = None
    return chosen


def _component(name: str, package: Distribution) -> dict:
    record = package.read_text("RECORD") or ""
    pinned = pins().get(name, "")
    properties = [{"name": "pinned", "value": pinned}] if pinned else []
    if record:
        properties.append({"name": "sha256-of-record", "value": hashlib.sha256(record.encode()).hexdigest()})
    return {
        "type": "library",
        "bom-ref": _ref(package),
        "name": package.name,
        "version": package.version,
        "purl": _ref(package),
        "licenses": [_named(name, package)],
        "properties": properties,
    }


def _named(name: str, package: Distribution) -> dict:
    """The licence: as an SPDX expression where the package gives one, else by its name."""
    expression = package.metadata.get("License-Expression")
    if expression and name not in KNOWN:
        return {"expression": expression}
    return {"license": {"name": (KNOWN.get(name) or _licence(package))[:200]}}


def _links(package: Distribution, found: dict[str, Distribution]) -> dict:
    names = {canonicalize_name(need.name) for need in _needs(package, "")}
    return {"ref": _ref(package), "dependsOn": sorted({_ref(found[name]) for name in names if name in found})}


def _ref(package: Distribution) -> str:
    return f"pkg:pypi/{canonicalize_name(package.name)}@{package.version}"


if __name__ == "__main__":
    sys.exit(main())
