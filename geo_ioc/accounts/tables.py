"""Which tables decide access; free of imports, so that settings can name them."""

ACCESS_TABLES = (
    "django_session",
    "accounts_user",
    "accounts_user_roles",
    "accounts_user_departments",
    "accounts_role",
    "accounts_department",
    "accounts_area",
    "accounts_accesstoken",
    "accounts_devicekey",
    # a province stands for its communes of today
    "admin_units_adminunit",
)
"""Tables whose change alters what somebody may see: each gets triggers that journal the topic `@access`."""
