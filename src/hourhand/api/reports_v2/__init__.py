"""The Reports API v2: what clients ask for sums, lists and files of time. See the README beside this."""
