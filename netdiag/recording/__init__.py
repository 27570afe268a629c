"""How to take a capture: the tcpdump line, why it is as it is, and its run on this host."""
