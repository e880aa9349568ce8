"""Importing this registers everything there is: procedures and what the tick does, commands, buttons, forms, events.

Each is registered by the module that has it, so all modules of both packages are imported.
"""

from __future__ import annotations

import importlib
import pkgutil

import commands
import sops

for _package in (sops, commands):
    for _module in pkgutil.iter_modules(_package.__path__):
        importlib.import_module(f"{_package.__name__}.{_module.name}")
