"""The sixth room: names the causes of what happened, and what would cure them."""
