"""Makes a whole world of chats out of a seed: the same seed, the same world, on every machine."""
