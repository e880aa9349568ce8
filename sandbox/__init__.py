"""A strict local Slack, Freshdesk and Calendly with a browser page; imports nothing of the assistant."""
