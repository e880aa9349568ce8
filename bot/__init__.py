"""The process: settings, the Slack app, start and stop, the command line."""
