"""`docs/conformance.md`, made of what a run saw."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.conformance.promises import Promise
from tests.conformance.run import Seen, Story

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
VERDICTS = ("works", "narrower", "not yet", "left out")
_SOURCES = "https://github.com/toggl/toggl_api_docs/blob/master"
_INTRO = """\
# How faithful API v8 is

Every endpoint of the [public documentation of API v8][documentation], and those that clients call beside it.

**How this page came about.** A run wrote it. [tests/conformance](../tests/conformance) has a table of what is promised
of each endpoint, and the run made every call in it, in process. The tests make the same calls again, in both
[modes](#modes), on SQLite and on PostgreSQL, and fail unless they see what this page says.

- *works*: the call was answered; each member and argument in the column *takes* was sent and had its effect; the answer
  had all members that the documentation shows, in one order. What stands beside it takes nothing away.
- *narrower*: the same, but for what stands beside it.
- *not yet*: the answer was 501.
- *left out*: there is no such endpoint, for the reason that stands beside it.

What stands beside an endpoint was tried too, so a reason that no longer holds makes the run fail. A promise that is
not kept and has no reason makes it fail as well, and cannot stand here. `make conformance` writes the page anew.

What is beyond single calls (who may do what, races, bad input, speed) has tests of its own, and the choices made where
the documentation is silent are in the [dialect's README](../src/hourhand/api/v8/README.md). The reports API
(see [reports.md](reports.md)) and webhooks ([webhooks.md](webhooks.md)) are APIs of their own.

[documentation]: {sources}/toggl_api.md

"""


def assemble(sections: list[str]) -> str:
    """The whole page, of the sections in their order."""
    return _INTRO.format(sources=_SOURCES) + _summary(sections) + "".join(f"\n{section}" for section in sections)


def sections_of(page: str) -> list[str]:
    """The sections that a page is made of."""
    return [f"## {part}".rstrip() + "\n" for part in page.split("\n## ")[1:]]


def section(story: Story) -> str:
    """What a run saw of a chapter."""
    chapter = story.chapter
    lines = [f"## {chapter.title}", ""]
    if chapter.source:
        lines += [f"Documented in [{chapter.source}]({_SOURCES}/{chapter.source}).", ""]
    lines += ["| request | verdict | takes | what is narrower or different, and why |", "|---|---|---|---|"]
    lines += [_row(seen) for seen in story.seen]
    if story.shown:
        lines += ["", f"Shown of a {chapter.about.replace('_', ' ')}: {_words(story.shown)}."]
    lines += [f"\nNot shown is `{member}`: {why}." for member, why in chapter.unseen.items()]
    return "\n".join(lines) + "\n"


def _row(seen: Seen) -> str:
    cells = (_label(seen.promise), seen.verdict, _words(seen.taken), _remarks(seen))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _label(promise: Promise) -> str:
    return promise.name or f"`{endpoint(promise.request)}`" + (promise.case and f" {promise.case}")


def endpoint(request: str) -> str:
    """A method and a path whose ids are called `{id}`, and several `{ids}`."""
    path = re.sub(r"{[\w ]+}", "{id}", request.split("?")[0])
    return re.sub(r"{id}(,{id})+", "{ids}", path)


def _remarks(seen: Seen) -> str:
    promise = seen.promise
    if seen.verdict == "left out":
        return promise.left_out
    if seen.verdict == "not yet":
        return "Answers 501 with one line."
    missing = [f"No `{member}` in the answer: {why}." for member, why in _by_reason(promise.absent).items()]
    unshown = [f"No answer tells of `{member}`: {why}." for member, why in promise.unshown.items()]
    return "<br>".join([*missing, *promise.narrower, *promise.different, *unshown])


def _by_reason(absent: dict[str, str]) -> dict[str, str]:
    """Members that are absent for one reason, together."""
    reasons: dict[str, list[str]] = {}
    for member, why in absent.items():
        reasons.setdefault(why, []).append(member)
    return {"`, `".join(members): why for why, members in reasons.items()}


def _words(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _summary(sections: list[str]) -> str:
    lines = ["| chapter | " + " | ".join(VERDICTS) + " |", "|---" * (len(VERDICTS) + 1) + "|"]
    total: Counter[str] = Counter()
    for text in sections:
        title = text.split("\n")[0].removeprefix("## ")
        counted = _counted(text)
        total += counted
        anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        lines.append(f"| [{title}](#{anchor}) | " + _figures(counted) + " |")
    return "\n".join([*lines, f"| **together** | {_figures(total)} |"]) + "\n"


def _counted(section: str) -> Counter[str]:
    rows = (re.split(r"(?<!\\)\| ", line) for line in section.split("\n") if line.startswith("| "))
    return Counter(cells[2].strip() for cells in rows if cells[2].strip() in VERDICTS)


def _figures(counted: Counter[str]) -> str:
    return " | ".join(str(counted[verdict]) for verdict in VERDICTS)
