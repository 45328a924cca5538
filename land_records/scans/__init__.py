"""Scans of the register's papers: in by an officer's form, out for a purpose, each view in the access log.

Nothing looks for viruses in them: that is the business of the machine on which they are opened.
"""
