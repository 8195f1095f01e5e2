"""What people did, for ever: cases, receipts, first views, decisions."""
