"""Chapter 3, backpropagation: a module a lesson."""
