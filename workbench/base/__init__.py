"""What everything else stands on: errors, text, time windows, settings, escaping. Reads no events."""
