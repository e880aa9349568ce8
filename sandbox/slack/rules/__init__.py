"""Block Kit's rules: one table of shapes and limits, one validator that names problems by JSON pointer."""

from sandbox.slack.rules.checks import message_problems, options_problems, view_problems
from sandbox.slack.rules.fields import Problem

__all__ = ["Problem", "message_problems", "options_problems", "view_problems"]
