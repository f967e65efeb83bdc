"""What simulations come to, for people: tables, charts and a report that opens without a network."""
