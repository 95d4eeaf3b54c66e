"""Composes the core: what happens to a raw record from bytes to alerts, without a broker, a clock or a file."""
