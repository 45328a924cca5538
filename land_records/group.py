"""The heading of the register's layers in the menu."""

from layers.core import Group, Text

LAND = Group("land", Text(vi="Đất đai", en="Land"))
