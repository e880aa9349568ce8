"""What a person does in Slack: one module per verb."""
