"""Statistics of land: forms 01/TKKK and 05/TKKK of Thông tư 08/2024/TT-BTNMT, as of a day and as known at a moment."""
