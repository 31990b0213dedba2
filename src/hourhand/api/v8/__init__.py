"""API v8: its routes, shapes and refusals. See README.md beside this file."""
