"""What the cells of a playbook call: steps, evidence, findings."""

from workbench.operations.investigations.findings import MIME, Findings
from workbench.operations.investigations.phish_triage import PhishTriage

__all__ = ["MIME", "Findings", "PhishTriage"]
