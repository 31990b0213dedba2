"""The pages and pictures the server itself shows."""
