"""What `make bench` measures, each as a ratio to a reference in the same run."""
