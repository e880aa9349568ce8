"""Importing this registers every command, shortcut, button, form and event there is: all modules of the package."""

from __future__ import annotations

import importlib
import pkgutil

import commands

for _module in pkgutil.iter_modules(commands.__path__):
    importlib.import_module(f"commands.{_module.name}")
