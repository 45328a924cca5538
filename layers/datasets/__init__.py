"""Layers made from rows (bộ dữ liệu): a file that a data steward brings becomes a layer with no code and no restart."""
