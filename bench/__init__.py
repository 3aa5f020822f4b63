"""Benchmarks that people can run; what they printed here is in docs/benchmarks.md."""
