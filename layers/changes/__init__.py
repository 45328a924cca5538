"""Changes as they become visible: what servers follow to forget and to announce."""
