"""Which tables decide access; free of imports, so that settings can name them."""

ACCESS_TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    # only the end of a session takes a right away
    "django_session": {"operations": ("DELETE",)},
    "accounts_user": {"ignoring": ("last_login",)},
    "accounts_user_roles": {},
    "accounts_user_departments": {},
    "accounts_role": {},
    "accounts_department": {},
    "accounts_area": {},
    "accounts_accesstoken": {"ignoring": ("last_used_at",)},
    "accounts_devicekey": {"ignoring": ("last_used_at",)},
    # a province stands for its communes of today; figures of a unit give nobody a right
    "admin_units_adminunit": {"ignoring": ("area_km2", "population", "srid", "legal_ref")},
}
"""Tables whose change alters what somebody may see: each gets triggers that journal the topic `@access`.

The values narrow what is announced, by the names of the kernel's `watch.Topic`.
"""
