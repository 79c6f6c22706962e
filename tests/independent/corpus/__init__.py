"""What clients ask and what they must be answered, by the documentation; scripts that import nothing of the app."""
