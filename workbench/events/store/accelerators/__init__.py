"""What the store keeps beside the rows so that common questions are answered at once: indexes and counts.

They lie in sidecars, one beside each data file, ``_sidecar/<stem of the data file>.side``. Data files never change, so
append, upsert, retention and compaction keep the sidecars true by writing them with the files; one that is missing only
means that its file is read.
"""

from workbench.events.store.accelerators.building import Counts, faults, faults_of, rebuild
from workbench.events.store.accelerators.container import FOLDER
from workbench.events.store.accelerators.reading import rows_with

__all__ = ["FOLDER", "Counts", "faults", "faults_of", "rebuild", "rows_with"]
