"""What arrives from stations: parsed, checked, and never lost without a word."""
