"""Long-running processes, known by their names."""
