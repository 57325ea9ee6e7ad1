"""Refuse a dependency, however deep, whose licence is not permissive, MPL or LGPL."""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = "threat-investigation-workbench"
EXTRAS = ("all", "lab", "apps", "playbooks", "service", "test", "lint")
ALLOWED = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser General Public|Unlicense|CC0|"
    r"Zlib|0BSD|HPND|Historical Permission|Public Domain|ZPL|Zope|Boost|CNRI)\b",
    re.IGNORECASE,
)
REFUSED = re.compile(r"\b(A?GPL|GNU (Affero )?General Public|SSPL|BUSL|Commons Clause|Proprietary)", re.IGNORECASE)
LESSER = re.compile(r"\bL(GPL|esser General Public)|GNU Lesser General Public[^;]*|\bLGPL[-v\d.+ a-z]*", re.IGNORECASE)
KNOWN = {
    "mistune": "BSD-3-Clause",
    "pexpect": "ISC",
    "webencodings": "BSD",
}
"""Packages whose metadata does not say it; read from their licence files."""


def main() -> int:
    """Print what is refused; the exit status is the number of packages at fault."""
    faults = [f"{name}: {licence}" for name, licence in sorted(_licences().items()) if not _fine(licence)]
    for fault in faults:
        print(f"licence not allowed or not known: {fault}")
    print(f"{len(_licences())} packages, {len(faults)} at fault")
    return len(faults)


def _fine(licence: str) -> bool:
    without_lesser = LESSER.sub("", licence)
    offered = re.split(r"\s+OR\s+", licence)
    if len(offered) > 1 and any(_fine(choice) for choice in offered):
        return True
    return bool(ALLOWED.search(licence)) and not REFUSED.search(without_lesser)


def _licences() -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = [Requirement(f"{ROOT}[{','.join(EXTRAS)}]")]
    seen: set[tuple[str, str]] = set()
    while waiting:
        need = waiting.pop()
        for extra in (*need.extras, ""):
            key = (canonicalize_name(need.name), extra)
            if key in seen:
                continue
            seen.add(key)
            try:
                package = distribution(need.name)
            except PackageNotFoundError:
                continue
            found[key[0]] = KNOWN.get(key[0]) or _licence(package)
            waiting += _needs(package, extra)
    return found


def _needs(package: Distribution, extra: str) -> list[Requirement]:
    needs = [Requirement(line) for line in package.requires or []]
    return [need for need in needs if need.marker is None or need.marker.evaluate({"extra": extra})]


def _licence(package: Distribution) -> str:
    said = package.metadata
    classified = [line.rpartition("::")[2].strip() for line in said.get_all("Classifier") or [] if "License ::" in line]
    expression = said.get("License-Expression") or ""
    return expression or "; ".join(classified) or (said.get("License") or "").partition("\n")[0] or "unknown"


if __name__ == "__main__":
    sys.exit(main())
