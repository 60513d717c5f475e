"""Chapter 1, history: a module a lesson."""
