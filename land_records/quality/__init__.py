"""What is wrong with the register's parcels: found by rules, kept with owner and state."""
