"""What a contributor runs now and then, and a server never."""
