"""From files to the store: parsing in children, typed rows, import log, quarantine."""
