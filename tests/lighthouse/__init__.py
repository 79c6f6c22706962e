"""Every page as Google's Lighthouse sees it: make test-lighthouse."""
