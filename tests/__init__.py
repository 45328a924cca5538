"""Tests: the tree mirrors the code; the browser's come last."""
