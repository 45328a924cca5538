"""One suite for every layer: what the kernel promises about each, tried without a line from the layer's author."""
