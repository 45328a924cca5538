"""VN-2000, Vietnam's own coordinates: what people type read as places, and shapes measured on its plane."""
