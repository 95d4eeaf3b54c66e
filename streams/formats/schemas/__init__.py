"""Packaged rules of wire formats, as data."""
