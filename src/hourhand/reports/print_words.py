"""The words on a printed report, in the language of its reader."""

from __future__ import annotations

from msgspec import Struct

from hourhand.languages import Translator
from hourhand.reports.results import Kind


class Words(Struct, frozen=True):
    """All of them. `filters` are by the name of what narrows, `kinds` say that there is no such thing."""

    summary: str
    detailed: str
    weekly: str
    time: str
    billable_time: str
    amount: str
    bars: str
    shares: str
    others: str
    billable: str
    not_billable: str
    date: str
    description: str
    user: str
    duration: str
    total: str
    nothing: str
    without_any: str
    yes: str
    no: str
    filters: dict[str, str]
    kinds: dict[Kind, str]

    def without(self, kind: Kind) -> str:
        """What stands for a thing of a kind where there is none."""
        return self.kinds[kind]


def of(say: Translator) -> Words:
    """The words as somebody says them."""
    return Words(
        summary=say("Summary report"),
        detailed=say("Detailed report"),
        weekly=say("Weekly report"),
        time=say("Total time"),
        billable_time=say("Billable time"),
        amount=say("Amount"),
        bars=say("Time tracked"),
        shares=say("Shares"),
        others=say("All others"),
        billable=say("billable"),
        not_billable=say("not billable"),
        date=say("Date"),
        description=say("Description"),
        user=say("User"),
        duration=say("Duration"),
        total=say("Total"),
        nothing=say("No time was tracked."),
        without_any=say("without"),
        yes=say("Yes"),
        no=say("No"),
        filters={
            "client_ids": say("Clients"),
            "project_ids": say("Projects"),
            "account_ids": say("People"),
            "group_ids": say("Groups"),
            "or_group_ids": say("Or groups"),
            "tag_ids": say("Tags"),
            "task_ids": say("Tasks"),
            "description": say("Description"),
            "described": say("Description"),
            "billable": say("Billable"),
        },
        kinds={
            "project": say("Without project"),
            "client": say("Without client"),
            "user": say("Without user"),
            "task": say("Without task"),
            "time_entry": say("Without description"),
        },
    )
