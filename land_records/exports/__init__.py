"""Files with land users: one land administrator asks, another agrees, every step is in the access log."""
