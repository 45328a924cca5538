"""Planning (quy hoạch): plans with their zones, what they say of a parcel, how two of them differ."""
