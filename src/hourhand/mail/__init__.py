"""Mail: the words for what people are told, and the way to a mail server."""
