"""What is remembered: leads, their phases and timelines, plans, intentions and receipts."""
