"""What the cells of a playbook call: steps, evidence, findings."""
