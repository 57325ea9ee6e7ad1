"""What stands openly in a PDF: URLs of links that are not compressed. Streams are not unpacked."""

import re

from workbench.intake.mail.limits import LONGEST_URL, MOST_URLS

_URI = re.compile(rb"/URI\s*\(((?:[^()\\]|\\.){4,2048})\)", re.DOTALL)
_READ = 2**23


def pdf_urls(data: bytes) -> list[str]:
    """The targets of link annotations that stand in the open, each once."""
    found = (hit[1].replace(rb"\(", b"(").replace(rb"\)", b")") for hit in _URI.finditer(data[:_READ]))
    return list(dict.fromkeys(url.decode("latin-1")[:LONGEST_URL] for url in found))[:MOST_URLS]
