"""Chapter 2, concepts: a module a lesson."""
