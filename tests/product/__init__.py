"""The real product as a child process, and the people and programs that use it from outside."""
