"""The only code that talks to the world: one module or package for each system."""
