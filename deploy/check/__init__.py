"""What `make check` runs: tools where there are any, small checks of our own where there are none."""
