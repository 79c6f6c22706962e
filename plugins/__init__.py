"""How commands get in, ours and strangers' by the same road: found, allowed, granted, registered.

discovery   which installed distributions offer plugins, and which of them the operator has allowed
grants      which capabilities the operator lets each of them use
manager     imports and registers each alone, names the ones that fail
registry    which command a word means, and who brought it
loading     all of it at start, from the two settings
"""
