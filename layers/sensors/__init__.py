"""Environment stations (trạm quan trắc môi trường): readings, their quality, and the indices made of them."""
