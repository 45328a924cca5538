"""Commands for photos and files."""
