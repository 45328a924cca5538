"""Schools (cơ sở giáo dục): where they are, how many learn and teach there."""
