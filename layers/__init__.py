"""Everything the operations center watches: the kernel, the rooms every domain may refer to, and the domains."""
