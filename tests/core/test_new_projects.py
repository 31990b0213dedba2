"""How a project begins: its defaults, its creator's rights, repetition by guid, and templates."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec import structs

from hourhand.core import new_projects, project_members, projects, removals, tasks, workspaces
from hourhand.core.errors import NotFound
from hourhand.core.new_projects import Draft
from hourhand.core.projects import Changes, Project
from hourhand.db import Database, Tx
from tests.cast import Cast, Person
from tests.core.acts import act, problems


def create(database: Database, person: Person, draft: Draft) -> Project:
    return act(database, person, new_projects.create, draft)


def refusal(database: Database, person: Person, draft: Draft) -> list[tuple[str, str]]:
    return problems(database, person, new_projects.create, draft)


def configure(database: Database, cast: Cast, wanted: workspaces.Changes) -> None:
    act(database, cast.ann, workspaces.update, cast.acme.id, wanted)


def template_of(database: Database, cast: Cast, **settings: object) -> Project:
    """A template of Ann's with Cleo in it, Dan who has left, a task for Cleo and a done one for Dan."""
    wanted = Changes(name="Mould", template=True, color=7, **settings)  # type: ignore[arg-type]
    template = create(database, cast.ann, Draft(cast.acme.id, wanted))

    def fill(tx: Tx) -> None:
        ann = cast.ann.at(tx)
        project_members.add(tx, ann, template, cast.cleo.id, manager=False, rate=900)
        project_members.add(tx, ann, template, cast.dan.id, manager=True)
        tasks.create(tx, ann, tasks.Draft(template.id, "Plan", account_id=cast.cleo.id, estimated_seconds=3600))
        tasks.create(tx, ann, tasks.Draft(template.id, "Sign", active=False))

    database.write_now(fill)
    return template


def people(database: Database, project: Project) -> dict[int, tuple[bool, int | None]]:
    found = database.write_now(lambda tx: project_members.of_project(tx, project))
    return {member.account_id: (member.manager, member.rate) for member in found}


def test_a_new_project_is_private_active_and_managed_by_its_creator(database: Database, cast: Cast) -> None:
    project = create(database, cast.bob, Draft(cast.acme.id, Changes(name="  Site ")))
    assert (project.name, project.is_private, project.active, project.template) == ("Site", True, True, False)
    assert (project.color, project.billable, project.estimate, project.rate) == ("0", True, None, None)
    assert people(database, project) == {cast.bob.id: (True, None)}
    wanted = Changes(name="Page")
    assert act(database, cast.bob, projects.update, project.id, wanted).name == "Page"


def test_the_workspace_says_whether_projects_are_billable(database: Database, cast: Cast) -> None:
    configure(database, cast, workspaces.Changes(projects_billable_by_default=False))
    assert create(database, cast.bob, Draft(cast.acme.id, Changes(name="Free"))).billable is False
    assert create(database, cast.bob, Draft(cast.acme.id, Changes(name="Dear", billable=True))).billable is True


def test_only_admins_make_public_projects(database: Database, cast: Cast) -> None:
    public = Changes(name="Open", is_private=False)
    assert refusal(database, cast.bob, Draft(cast.acme.id, public)) == [("is_private", "forbidden")]
    assert create(database, cast.ann, Draft(cast.acme.id, public)).is_private is False


def test_members_create_projects_unless_that_is_for_admins(database: Database, cast: Cast) -> None:
    configure(database, cast, workspaces.Changes(only_admins_may_create_projects=True))
    draft = Draft(cast.acme.id, Changes(name="Site"))
    assert refusal(database, cast.bob, draft) == [("workspace_id", "forbidden")]
    assert create(database, cast.ann, draft).name == "Site"


def test_strangers_learn_nothing_but_what_is_wrong_with_their_words(database: Database, cast: Cast) -> None:
    taken = Draft(cast.acme.id, Changes(name="Public"))
    assert refusal(database, cast.eve, taken) == [("workspace_id", "unreachable")]
    nonsense = Draft(cast.acme.id, Changes(color=-1, rate=Decimal(-1)), template_id=cast.public.id)
    assert refusal(database, cast.eve, nonsense) == [
        ("workspace_id", "unreachable"),
        ("template_id", "unreachable"),
        ("name", "blank"),
        ("color", "invalid"),
        ("rate", "invalid"),
    ]


def test_a_rate_keeps_the_currency_it_was_set_in(database: Database, cast: Cast) -> None:
    plain = create(database, cast.bob, Draft(cast.acme.id, Changes(name="A", rate=Decimal("10.005"))))
    assert (plain.rate, plain.currency) == (1000, "USD")
    euros = create(database, cast.bob, Draft(cast.acme.id, Changes(name="B", rate=Decimal(3), currency="eur")))
    assert (euros.rate, euros.currency) == (300, "EUR")


def test_creating_again_with_the_same_guid_returns_the_first(database: Database, cast: Cast) -> None:
    draft = Draft(cast.acme.id, Changes(name="Site"), guid="g-1")
    project = create(database, cast.bob, draft)
    assert create(database, cast.bob, draft) == project
    elsewhere = create(database, cast.bob, structs.replace(draft, workspace_id=cast.bob.home))
    assert elsewhere.id != project.id
    # Cleo cannot know of Bob's private project.
    assert refusal(database, cast.cleo, structs.replace(draft, settings=Changes(name="Hers"))) == [("guid", "taken")]
    act(database, cast.bob, removals.delete_projects, [project.id])
    assert refusal(database, cast.bob, draft) == [("guid", "taken")]
    assert refusal(database, cast.bob, structs.replace(draft, guid="g" * 256)) == [("guid", "too_long")]


def test_a_template_gives_settings_tasks_and_people(database: Database, cast: Cast) -> None:
    template = template_of(database, cast, billable=False, rate=Decimal(50), estimated_hours=Decimal(4))
    draft = Draft(cast.acme.id, Changes(name="Cast", billable=True), template.id)
    project = create(database, cast.ann, draft)
    assert (project.template, project.template_id, project.color) == (False, template.id, "7")
    assert (project.billable, project.rate, project.estimate) == (True, 5000, 4 * 3600)
    assert people(database, project) == {cast.ann.id: (True, None), cast.cleo.id: (False, 900)}
    found = act(database, cast.ann, tasks.listing, project_id=project.id)
    assert [(task.name, task.active, task.account_id, task.estimated_seconds) for task in found] == [
        ("Plan", True, cast.cleo.id, 3600),
        ("Sign", False, None, 0),
    ]


def test_a_template_does_not_show_its_user_what_they_may_not_see(database: Database, cast: Cast) -> None:
    configure(database, cast, workspaces.Changes(only_admins_see_billable_rates=True))
    template = template_of(database, cast, is_private=False, rate=Decimal(50))
    project = create(database, cast.bob, Draft(cast.acme.id, Changes(name="Cast"), template.id))
    assert (project.is_private, project.rate) == (True, None)
    assert people(database, project) == {
        cast.bob.id: (True, None),
        cast.ann.id: (True, None),
        cast.cleo.id: (False, None),
    }


def test_only_a_visible_template_of_the_workspace_will_do(database: Database, cast: Cast) -> None:
    template = template_of(database, cast)
    named = Changes(name="Cast")
    assert refusal(database, cast.bob, Draft(cast.acme.id, named, template.id)) == [("template_id", "unreachable")]
    assert refusal(database, cast.bob, Draft(cast.acme.id, named, cast.public.id)) == [("template_id", "invalid")]
    assert refusal(database, cast.ann, Draft(cast.ann.home, named, template.id)) == [("template_id", "mismatch")]
    with pytest.raises(NotFound):
        act(database, cast.bob, projects.visible, template.id)


def test_automatic_estimates_come_from_the_copied_tasks(database: Database, cast: Cast) -> None:
    template = template_of(database, cast, auto_estimates=True)
    project = create(database, cast.ann, Draft(cast.acme.id, Changes(name="Cast"), template.id))
    assert project.estimate == 3600
