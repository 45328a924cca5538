"""Quality of readings (chất lượng số liệu) after QARTOD: what each test says of a value, and the worst of them."""
