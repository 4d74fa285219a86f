"""What the tests share: a server, accounts on it, photographs, and strict eyes."""
