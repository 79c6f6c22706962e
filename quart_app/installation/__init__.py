"""What an installation of containers needs before its first start: secrets that nobody has to think up."""
