"""Files in and out: every format a person brings, and every layer as a file."""
