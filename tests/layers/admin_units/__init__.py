"""Tests of the administrative units: a package, so that the country is loaded once for it and put away after it."""
