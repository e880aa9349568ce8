"""The words of the two templates the procedure names: running notes and the services agreement."""

from __future__ import annotations

from sandbox.google.document import Document
from sandbox.google.drafting import Draft


def running_notes() -> Document:
    """ "[Template] Running Notes": shared with the lead, so nothing in it is for the team alone."""
    draft = Draft()
    draft.line("Running notes -- PartnerX + 2i2c", "TITLE")
    draft.line(
        "A shared place for what PartnerX and 2i2c talk about and agree on. Everybody invited can edit."
    )
    draft.line("The newest entry first.")
    draft.heading("Who we are")
    draft.table(
        [
            ["Name", "Organization", "Role"],
            ["", "PartnerX", ""],
            ["", "2i2c", "Partnerships"],
        ]
    )
    draft.person("Partnerships lead at 2i2c: ", "damian@2i2c.org")
    draft.heading("Links")
    draft.bullets(["2i2c: https://2i2c.org", "Right to replicate: https://2i2c.org/right-to-replicate/"])
    draft.heading("Notes")
    draft.heading("Questions we would like to talk about 💬")
    draft.bullets(
        [
            "Need: what is hard with the infrastructure PartnerX uses today?",
            "Application: who would work in the hub, and with which environments and data?",
            "Impending event: is there a course, a workshop or another date it has to be ready for?",
            "Timeline: what does the way to an agreement look like at PartnerX?",
            "Authority: who else should be part of the conversation?",
            "Money: is there a budget, or is funding being sought?",
            "Competition: which other options is PartnerX looking at?",
        ]
    )
    draft.heading("Next steps")
    draft.table([["What", "Who", "By when"], ["", "", ""]])
    draft.line("")
    return draft.document()


SECTIONS = (
    (
        "1. Services",
        "2i2c, a project of Code for Science & Society (CS&S), runs an interactive computing hub for PartnerX "
        "as described in Addendum A. The hub is built from open source software only, and PartnerX keeps the "
        "right to replicate it elsewhere.",
    ),
    (
        "2. Term",
        "This agreement starts on [START DATE] and ends on [END DATE]. Either party may end it with a notice of "
        "60 days in writing.",
    ),
    (
        "3. Fees",
        "PartnerX pays the fees of Addendum B within 30 days of each invoice from CS&S. Cloud costs are passed on "
        "as billed.",
    ),
    (
        "4. Data",
        "All data and content that PartnerX and its community put into the hub stay theirs. 2i2c uses them only to "
        "provide the services.",
    ),
    (
        "5. Confidentiality",
        "Each party keeps confidential what the other has marked so, for two years after the end of this "
        "agreement.",
    ),
    (
        "6. Liability",
        "The services are provided as they are. Neither party is liable for indirect damages, and no party for "
        "more than the fees of twelve months.",
    ),
)


def services_agreement() -> Document:
    """ "[TEMPLATE] Outbound Services Agreement": a sample, no lawyer has read it."""
    draft = Draft()
    draft.line("Services Agreement", "TITLE")
    draft.line("between PartnerX and Code for Science & Society (CS&S) for 2i2c", "SUBTITLE")
    draft.contents([title for title, _ in SECTIONS] + ["Addendum A: Statement of work", "Signatures"])
    for title, text in SECTIONS:
        draft.heading(title)
        draft.line(text)
    draft.heading("Addendum A: Statement of work")
    draft.bullets(
        ["One hub for the community of PartnerX", "Operation, monitoring and support", "[DELIVERABLES]"]
    )
    draft.heading("Addendum B: Fees")
    draft.table([["Item", "Amount", "Due"], ["Community hub, per year", "[AMOUNT]", "[DATE]"]])
    draft.heading("Signatures")
    draft.table([["For PartnerX", "For CS&S"], ["Name:", "Name:"], ["Date:", "Date:"]])
    draft.line("This text belongs to a pretended workspace. Nothing in it is an offer.")
    return draft.document()
