"""What is known of one message, and of the senders, addresses, links and files it is made of."""
