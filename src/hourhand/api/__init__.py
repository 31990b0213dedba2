"""The dialects, and what they share. Dialects are siblings: none imports another."""
