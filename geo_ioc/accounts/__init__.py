"""Who may enter: users, roles, areas, tokens and device keys; and who is asking, as the layers see it."""
