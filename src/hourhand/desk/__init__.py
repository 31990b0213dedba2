"""The desk: where reports are made out of the way of all else, in processes of their own."""
