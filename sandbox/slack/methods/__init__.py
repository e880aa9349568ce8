"""The Web API's methods; importing a module registers them."""

from sandbox.slack.methods import (
    auth,
    chat,
    conversations,
    files,
    reactions,
    users,
    validate,
    views,
)

__all__ = ["auth", "chat", "conversations", "files", "reactions", "users", "validate", "views"]
