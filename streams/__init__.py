"""wirebell: raw wire copy in, one alert per real-world event out."""

__version__ = "0.1.0"
