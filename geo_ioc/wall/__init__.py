"""Control-room walls: scenes kept as rows, shown by a browser that holds a read-only token."""
