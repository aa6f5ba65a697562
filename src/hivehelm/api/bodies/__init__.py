"""What requests and answers hold, by noun, in the words of the contract."""
