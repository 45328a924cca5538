"""The register of land (sổ địa chính): parcels, rights, planning zones. On the map a domain like any other."""
