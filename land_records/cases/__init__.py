"""The land officers' view of the register: the same parcels, with what is not public."""
