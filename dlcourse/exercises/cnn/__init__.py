"""Chapter 4, convolutional networks: a module a lesson."""
