"""Faust on Kafka without its silent losses: the stock aiokafka driver with its commit, its producer buffer and its seeks replaced."""
