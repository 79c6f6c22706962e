"""A clean start anywhere: clones of this repository, installed and run by make as whoever clones it does."""
