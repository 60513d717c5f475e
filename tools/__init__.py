"""What the Makefile and the tests use to build the course; learners need none of it."""
