"""What people at a desk do with the lender's data, by pages and by the interface for programs alike."""
