"""Random conversations between two ends that keep to RFC 9293, and what netdiag makes of them."""
