"""Wire formats: bytes to reports. One file per format, one registry; `parse` and `routing_key` are all that others use.

Pure: no clock, no network, no file but the rules packaged under `schemas/`. Nothing but RefusedInput is ever raised.
"""

from streams.formats.intake import parse, routing_key

__all__ = ["parse", "routing_key"]
