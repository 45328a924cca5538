"""Four toy layers that prove the kernel: versioned, row-scoped with a hidden attribute, made from rows, streamed."""
