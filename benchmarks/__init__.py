"""Measurements against floors and against other libraries. Run each as `python -m benchmarks.NAME`."""
