"""Run one playbook notebook: typed parameters, progress, an executed copy with its hash."""
