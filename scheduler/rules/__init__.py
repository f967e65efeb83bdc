"""The law as data: rule packs, and the one pure function that reads them."""
