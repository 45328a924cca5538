"""Commands of the alerts."""
