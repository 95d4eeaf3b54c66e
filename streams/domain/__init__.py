"""The words of the field as frozen, slotted values. Standard library only; no I/O, no clock, no randomness."""
