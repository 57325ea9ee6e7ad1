"""What is done about events: playbooks and the investigations they make."""
