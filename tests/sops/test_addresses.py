"""Reading addresses people type, and guessing the organisation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sops import addresses
from store.lead import Contact


def read(text: str) -> list[list[str]]:
    return [[contact.address for contact in line] for line in addresses.parse(text).lines]


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("ada@uni.example", [["ada@uni.example"]]),
        ("ada@uni.example bo@uni.example", [["ada@uni.example", "bo@uni.example"]]),
        (
            "ada@uni.example, bo@uni.example; cy@uni.example",
            [["ada@uni.example", "bo@uni.example", "cy@uni.example"]],
        ),
        ("ada@uni.example\nbo@lab.example", [["ada@uni.example"], ["bo@lab.example"]]),
        ("<mailto:ada@uni.example|ada@uni.example>", [["ada@uni.example"]]),
        ("ada@uni.example ADA@UNI.example", [["ada@uni.example"]]),
        ("", []),
    ],
)
def test_a_line_is_a_lead(typed: str, lines: list[list[str]]) -> None:
    assert read(typed) == lines
    assert not addresses.parse(typed).problems


def test_a_name_before_the_address_is_kept() -> None:
    (line,) = addresses.parse('"Lovelace Ada" <ada@uni.example>, Bo <bo@uni.example>').lines
    assert line == (Contact("ada@uni.example", "Lovelace Ada"), Contact("bo@uni.example", "Bo"))


@pytest.mark.parametrize(
    "typed", ["ada", "ada@", "@uni.example", "ada@uni", "a b@@c.example", "ada@uni..example"]
)
def test_what_is_no_address_is_named(typed: str) -> None:
    parsed = addresses.parse(typed)
    assert parsed.problems
    assert "not an e-mail address" in parsed.problems[0]


def test_an_accented_address_says_why_it_cannot_be_mailed() -> None:
    assert "accented" in addresses.parse("zoë@uni.example").problems[0]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    parsed = addresses.parse(text)
    assert all("@" in contact.address and "\n" not in contact.address for contact in parsed.contacts)


def test_addresses_are_found_inside_a_message() -> None:
    text = "Met <mailto:ada@uni.example|ada@uni.example> (and bo@lab.example). See <https://x.example/@you>"
    assert [one.address for one in addresses.found_in(text)] == ["ada@uni.example", "bo@lab.example"]


@pytest.mark.parametrize(
    ("address", "guess"),
    [
        ("ada@uni.example", "Uni"),
        ("ada@cs.uni-bonn.example", "Uni Bonn"),
        ("ada@ox.ac.uk", "Ox"),
        ("ada.lovelace@gmail.com", "Ada Lovelace"),
    ],
)
def test_the_organisation_is_guessed_from_the_domain(address: str, guess: str) -> None:
    assert addresses.guess_organisation((Contact(address),)) == guess


@pytest.mark.parametrize(
    ("domain", "related"),
    [
        ("cs.uni.example", ("cs.uni.example", "uni.example")),
        ("gmail.com", ()),
        ("ox.ac.uk", ("ox.ac.uk",)),
    ],
)
def test_only_an_organisations_own_domains_are_related(domain: str, related: tuple[str, ...]) -> None:
    assert addresses.related_domains(domain) == related


def test_a_field_holds_whole_addresses_that_are_read_back_as_they_were() -> None:
    contacts = tuple(Contact(f"c{n}@uni.example", f'Lovelace, "C{n}" <Ada>') for n in range(99))
    held = addresses.in_a_field(contacts, 300)
    assert len(held) <= 300
    read = addresses.parse(held)
    assert not read.problems and len(read.contacts) > 3
    assert [one.address for one in read.contacts] == [one.address for one in contacts[: len(read.contacts)]]
    assert read.contacts[0].name == "Lovelace C0 Ada"
