"""What is remembered, as JSON documents and back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from store.lead import Effect, Event, Lead
from store.plan import Plan, Run

T = TypeVar("T")
Document = dict[str, Any]


class Codec(Generic[T]):
    """One kind of frozen dataclass. Times are kept in ISO 8601 with their offset from UTC."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        """Made when it is first needed: together they take a noticeable part of starting up."""
        return TypeAdapter(self._kind)

    def encode(self, value: T) -> Document:
        """A plain document that `decode` is sure to understand. Raises ValueError where it would not."""
        document: Document = self._adapter.dump_python(value, mode="json", warnings=False)
        self.decode(document)
        return document

    def decode(self, document: Mapping[str, Any]) -> T:
        """A value that shares nothing mutable with anybody. Raises ValueError, naming the fields."""
        try:
            return self._adapter.validate_python(dict(document))
        except ValidationError as error:
            fields = ", ".join(
                ".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)
            )
            raise ValueError(f"unexpected in {fields or 'the document'}") from None


LEAD = Codec(Lead)
EVENT = Codec(Event)
EFFECT = Codec(Effect)
PLAN = Codec(Plan)
RUN = Codec(Run)
