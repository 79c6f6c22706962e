"""Long attacks by tools: make test-security."""
