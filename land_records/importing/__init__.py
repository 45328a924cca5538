"""Parcels out of files: where the file lies, what its labels mean, what is wrong with its borders, rows at the end."""
