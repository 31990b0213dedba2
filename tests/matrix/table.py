"""The access matrix: who gets what answer from which endpoint about which thing.

A key is a method and a path, and perhaps the member of the body that names the thing instead of the path. The first
line of a row names things of its kind (see `world`), the others what people are answered; `$` in a body is the id.
Whatever is refused to one is given to another who asks the same; a `!` marks the things that nobody can be given there.

    stranger                  ida    in a workspace of her own, and in no other
    invited                   gil    to Acme, and has not accepted
    removed                   dan    from Acme
    other workspace           hal    a member of Eve's
    member                    kim    of Acme, and in no project of it
    project member            lea    in the private project of Acme
    project manager           cleo   of the private project, and a member of the public one
    admin                     jon    of Acme
    other workspace's admin   eve    who owns hers
    owner                     ann    of Acme

Beside them there is bob, a member who made a project, and manages that one. Everybody is asked for in every row; who
has no line of their own is answered as another: ida as dan, hal as eve, kim as bob, lea as cleo, jon as ann. Without
valid credentials nobody gets past the gate, neither `nobody` nor fred, whose account is disabled; rows need not say so.

    data many list null page   200: an object, several, a bare list, null, something else
    kept    200, and the thing that was named is not taken up
    never   200 with null alone, and no line's end behind it
    html css png feed         200: a page, its style, a picture, a calendar
    docs    302 to the documentation
    enter   303 into a browser's session
    nil     200 with `{"data": null}`: hidden or absent
    gone    404 with null: hidden or absent
    lost    404 as an unknown path has it: hidden or absent
    dead    404 in a page: a link that leads nowhere
    misread 400 in a page: no form
    unfit   404 with messages: the thing named is hidden or absent
    clash   404 with messages: the thing named is known, and does not fit
    deny    403: known, and not for this person
    shut    401 in a line: not for people, whoever they are
    gate    403 with nothing: no valid credentials

Of reports:

    report file words  200: an object, a file, a line of text
    alien   401: no valid credentials
    foreign 403: the workspace is hidden or absent
    absent  404: the project is hidden or absent
    try400 try500      400 and 500: what clients can be tried on

Of webhooks:

    object agreed      200: an object, `OK`
    unheard            400: the address was tried, and may not be called
    unproven           400: a code of nothing
    unnamed            401: no valid credentials
    outside            403: the workspace is hidden or absent
    unknown            404: the subscription is hidden or absent
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from msgspec import Struct

ALLOWED = frozenset({"data", "many", "list", "null", "never", "page", "kept"})
ALLOWED |= {"html", "css", "png", "feed", "docs", "enter", "report", "file", "words"}
ALLOWED |= {"object", "agreed", "unheard"}
WITHOUT_CREDENTIALS = ("nobody", "fred")
KINDS = {
    "stranger": "ida",
    "invited": "gil",
    "removed": "dan",
    "other workspace": "hal",
    "member": "kim",
    "project member": "lea",
    "project manager": "cleo",
    "admin": "jon",
    "other workspace's admin": "eve",
    "owner": "ann",
}
# As whom somebody is answered in rows without a line of theirs.
LIKE = {"ida": "dan", "hal": "eve", "kim": "bob", "lea": "cleo", "jon": "ann"}


# A picture of one pixel.
DOT = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


class Row(Struct, frozen=True):
    """An endpoint's answers. `at` are the things its path names, where the body names those of the grid.

    `bearer` says that the path is all that opens the thing: whoever has it is shown what its owner sees, who has the
    thing's name. `tells` are the people and what only this endpoint tells them of what others said.
    """

    kind: str
    grid: str
    body: Any = None
    at: str = ""
    without: str = "gate"
    bearer: bool = False
    tells: frozenset[tuple[str, str]] = frozenset()

    @property
    def wrapped(self) -> bool:
        """Whether the body is an entity in its wrapper."""
        return isinstance(self.body, dict) and all(isinstance(entity, dict) for entity in self.body.values())

    @property
    def columns(self) -> list[str]:
        """The things that requests are about."""
        return self.grid.split("\n")[0].replace("!", "").split()

    @property
    def given(self) -> list[str]:
        """The things among them that somebody can be given."""
        return [column for column in self.grid.split("\n")[0].split() if "!" not in column]

    def cells(self) -> dict[tuple[str, str], str]:
        """What each person is answered about each thing."""
        columns = self.columns
        found = {(name, column): self.without for name in WITHOUT_CREDENTIALS for column in columns}
        for line in self.grid.strip().split("\n")[1:]:
            names, *answers = line.split()
            about = list(zip(columns, answers, strict=True))
            found |= {(name, column): said for name in names.split("+") for column, said in about}
        alike = {(name, column): found[other, column] for name, other in LIKE.items() for column in columns}
        return alike | found


def _grid(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().split("\n"))


_ALONE = "eve+dan+gil+bob+cleo+ann"
_ANYBODY = f"nobody+fred+{_ALONE}"
_ENTRY = {"created_with": "tests", "duration": 60, "start": "2023-11-14T20:00:00Z", "guid": "new"}
_OF_WORKSPACE = _grid("""
    acme eves missing!
    eve      gone list gone
    dan+gil  gone gone gone
    bob+cleo list gone gone
    ann      list gone gone
""")
_OF_ADMINISTERED_WORKSPACE = _grid("""
    acme eves missing!
    eve      gone list gone
    hal      gone deny gone
    dan+gil  gone gone gone
    bob+cleo deny gone gone
    ann      list gone gone
""")
_PLACED_IN_ADMINISTERED_WORKSPACE = _grid("""
    acme eves missing!
    eve      unfit data  unfit
    hal      unfit deny  unfit
    dan+gil  unfit unfit unfit
    bob+cleo deny  unfit unfit
    ann      data  unfit unfit
""")
_STAYS_IN_WORKSPACE_OF_ANN = _grid("""
    acme home eves missing
    eve+dan+gil unfit unfit unfit unfit
    bob+cleo    deny  deny  deny  deny
    ann         kept  kept  kept  kept
""")
_OWN = _grid(f"""
    own
    {_ALONE} data
""")
_PLACED_IN_WORKSPACE = _grid("""
    acme eves missing!
    eve          unfit data  unfit
    dan+gil      unfit unfit unfit
    bob+cleo+ann data  unfit unfit
""")
_STAYS_IN_WORKSPACE = _grid("""
    acme home eves missing
    eve+dan+gil  unfit unfit unfit unfit
    bob+cleo+ann kept  kept  kept  kept
""")
_STAYS_IN_WORKSPACE_OF_BOBS = _grid("""
    acme home eves missing
    eve+dan+gil+cleo+kim unfit unfit unfit unfit
    bob+ann              kept  kept  kept  kept
""")
_ADMINISTERED = _grid("""
    acme eves missing!
    eve      unfit {0}   unfit
    hal      unfit deny  unfit
    dan+gil  unfit unfit unfit
    bob+cleo deny  unfit unfit
    ann      {0}   unfit unfit
""")
_PLACED_IN_PROJECT = _grid("""
    public private bobs eves gone! missing!
    eve     unfit unfit unfit data  unfit unfit
    dan+gil unfit unfit unfit unfit unfit unfit
    bob     data  unfit data  unfit unfit unfit
    kim     data  unfit unfit unfit unfit unfit
    cleo    data  data  unfit unfit unfit unfit
    ann     data  data  data  unfit unfit unfit
""")
_MOVED_TO_PROJECT = _grid("""
    public private bobs home! eves! gone! missing!
    eve+dan+gil+cleo+kim unfit unfit unfit unfit unfit unfit unfit
    bob                  data  unfit data  unfit unfit unfit unfit
    ann                  data  data  data  clash unfit unfit unfit
    jon                  data  data  data  unfit unfit unfit unfit
""")

_MOVED_TO_WORKSPACE = _grid("""
    acme home! eves! missing!
    eve+dan+gil+cleo+kim unfit unfit unfit unfit
    bob                  data  unfit unfit unfit
    ann                  data  clash unfit unfit
    jon                  data  unfit unfit unfit
""")

MATRIX: dict[str, Row] = {
    # The caller's own -----------------------------------------------------------------------------
    "GET /me": Row("own", _grid(f"own\n{_ALONE} page")),
    "GET /me?with_related_data=true&since=1": Row("own", _grid(f"own\n{_ALONE} page")),
    "PUT /me": Row("own", _OWN, {"user": {"fullname": "New"}}),
    "PUT /me default_wid": Row("workspace", _PLACED_IN_WORKSPACE, {"user": {"default_wid": "$"}}),
    "POST /reset_token": Row("own", _grid(f"own\n{_ALONE} page")),
    "POST /sessions": Row("own", _grid(f"own\n{_ALONE} page")),
    "GET /timeline": Row("own", _grid(f"own\n{_ALONE} list")),
    "POST /timeline": Row(
        "own", _grid(f"own\n{_ALONE} page"), [{"start_time": 1_700_000_000, "end_time": 1_700_000_060}]
    ),
    "POST /timeline_settings": Row("own", _grid(f"own\n{_ALONE} page"), {"record_timeline": True}),
    "POST /desktop_login_tokens": Row("own", _grid(f"own\n{_ALONE} data")),
    # What lets in is the code, which a person with an account had a moment ago, whoever brings it.
    "GET /desktop_login": Row("own", _grid(f"own!\n{_ALONE} gate")),
    "GET /desktop_login?login_token={code}": Row(
        "code",
        _grid(f"ann bob dan gil eve fred! spent! missing!\n{_ANYBODY} {'enter ' * 5} gate gate gate"),
        bearer=True,
    ),
    "DELETE /sessions": Row("own", _grid(f"own\n{_ALONE} null"), without="null"),
    # Sign-up is closed here; where it is open, everybody is let in, as tests/api/v8/test_account.py has it.
    "POST /signups": Row(
        "own",
        _grid(f"own!\n{_ALONE} deny"),
        {"user": {"email": "new@example.org", "password": "correct horse"}},
        without="deny",
    ),
    "POST /signups default_wid": Row(
        "workspace",
        _grid(f"acme! missing!\n{_ALONE} deny deny"),
        {"user": {"email": "new@example.org", "password": "correct horse", "default_wid": "$"}},
        without="deny",
    ),
    "GET /openapi.json": Row("own", _grid(f"own\n{_ALONE} page"), without="page"),
    # Workspaces -----------------------------------------------------------------------------------
    "GET /workspaces": Row("own", _grid(f"own\n{_ALONE} list")),
    "POST /workspaces": Row("own", _OWN, {"workspace": {"name": "New"}}),
    "GET /workspaces/{id}": Row(
        "workspace",
        _grid("""
            acme eves missing!
            eve          gone data gone
            dan+gil      gone gone gone
            bob+cleo+ann data gone gone
        """),
    ),
    "PUT /workspaces/{id}": Row(
        "workspace",
        _grid("""
            acme eves missing!
            eve      unfit data  unfit
            hal      unfit deny  unfit
            dan+gil  unfit unfit unfit
            bob+cleo deny  unfit unfit
            ann      data  unfit unfit
        """),
        {"workspace": {"name": "New"}},
    ),
    "POST /workspaces/{id}/logo": Row("workspace", _ADMINISTERED.format("data"), DOT),
    "DELETE /workspaces/{id}/logo": Row("workspace", _ADMINISTERED.format("null").replace("unfit", "gone")),
    "DELETE /workspaces/{id}/leave": Row(
        "workspace",
        _grid("""
            acme eves missing!
            eve      gone deny gone
            hal      gone null gone
            dan+gil  gone gone gone
            bob+cleo null gone gone
            ann      deny gone gone
            jon      null gone gone
        """),
    ),
    "GET /workspaces/{id}/clients": Row("workspace", _OF_WORKSPACE),
    "GET /workspaces/{id}/projects": Row("workspace", _OF_WORKSPACE),
    "GET /workspaces/{id}/tasks": Row("workspace", _OF_WORKSPACE),
    "GET /workspaces/{id}/tags": Row("workspace", _OF_WORKSPACE),
    "GET /workspaces/{id}/project_users": Row("workspace", _OF_WORKSPACE),
    "GET /workspaces/{id}/users": Row("workspace", _OF_ADMINISTERED_WORKSPACE),
    "GET /workspaces/{id}/groups": Row("workspace", _OF_ADMINISTERED_WORKSPACE),
    "GET /workspaces/{id}/workspace_users": Row("workspace", _OF_WORKSPACE),
    # Workspace users ------------------------------------------------------------------------------
    "PUT /workspace_users/{id}": Row(
        "member",
        _grid("""
            ann! jon bob gil fred dan! eve! hal missing!
            eve      unfit unfit unfit unfit unfit unfit clash data  unfit
            hal      unfit unfit unfit unfit unfit unfit deny  deny  unfit
            dan+gil  unfit unfit unfit unfit unfit unfit unfit unfit unfit
            bob+cleo deny  deny  deny  deny  deny  unfit unfit unfit unfit
            ann      clash data  data  data  data  unfit unfit unfit unfit
        """),
        {"workspace_user": {"admin": False}},
    ),
    "PUT /workspace_users/{id} admin": Row(
        "member",
        _grid("""
            ann jon bob gil dan! eve hal missing!
            eve      unfit unfit unfit unfit unfit data  data  unfit
            hal      unfit unfit unfit unfit unfit deny  deny  unfit
            dan+gil  unfit unfit unfit unfit unfit unfit unfit unfit
            bob+cleo deny  deny  deny  deny  unfit unfit unfit unfit
            ann      data  data  data  data  unfit unfit unfit unfit
        """),
        {"workspace_user": {"admin": True}},
    ),
    "DELETE /workspace_users/{id}": Row(
        "member",
        _grid("""
            ann! jon bob cleo gil fred dan! eve! hal missing!
            eve     gone gone gone gone gone gone gone deny null gone
            hal     gone gone gone gone gone gone gone deny null gone
            dan+gil gone gone gone gone gone gone gone gone gone gone
            bob     deny deny null deny deny deny gone gone gone gone
            cleo    deny deny deny null deny deny gone gone gone gone
            kim+lea deny deny deny deny deny deny gone gone gone gone
            ann     deny null null null null null gone gone gone gone
        """),
    ),
    # Groups ---------------------------------------------------------------------------------------
    "POST /groups wid": Row("workspace", _PLACED_IN_ADMINISTERED_WORKSPACE, {"group": {"name": "New", "wid": "$"}}),
    "POST /groups workspace.id": Row(
        "workspace", _PLACED_IN_ADMINISTERED_WORKSPACE, {"group": {"name": "New", "workspace": {"id": "$"}}}
    ),
    "PUT /groups/{id}": Row(
        "group",
        _grid("""
            acme home eves gone! missing!
            eve      unfit unfit data  unfit unfit
            hal      unfit unfit deny  unfit unfit
            dan+gil  unfit unfit unfit unfit unfit
            bob+cleo deny  unfit unfit unfit unfit
            ann      data  data  unfit unfit unfit
            jon      data  unfit unfit unfit unfit
        """),
        {"group": {"name": "New"}},
    ),
    "PUT /groups/{id} wid": Row(
        "workspace", _STAYS_IN_WORKSPACE_OF_ANN, {"group": {"name": "New", "wid": "$"}}, at="group acme"
    ),
    "PUT /groups/{id} workspace.id": Row(
        "workspace", _STAYS_IN_WORKSPACE_OF_ANN, {"group": {"name": "New", "workspace": {"id": "$"}}}, at="group acme"
    ),
    "DELETE /groups/{id}": Row(
        "group",
        _grid("""
            acme home eves gone! missing!
            eve      gone gone null gone gone
            hal      gone gone deny gone gone
            dan+gil  gone gone gone gone gone
            bob+cleo deny gone gone gone gone
            ann      null null gone gone gone
            jon      null gone gone gone gone
        """),
    ),
    # Clients --------------------------------------------------------------------------------------
    "GET /clients": Row("own", _grid(f"own\n{_ALONE} list")),
    "POST /clients wid": Row("workspace", _PLACED_IN_WORKSPACE, {"client": {"name": "New", "wid": "$"}}),
    "POST /clients workspace.id": Row(
        "workspace", _PLACED_IN_WORKSPACE, {"client": {"name": "New", "workspace": {"id": "$"}}}
    ),
    "GET /clients/{id}": Row(
        "client",
        _grid("""
            acme home eves gone! missing!
            eve          gone gone data gone gone
            dan+gil      gone gone gone gone gone
            bob+cleo+jon data gone gone gone gone
            ann          data data gone gone gone
        """),
    ),
    "PUT /clients/{id}": Row(
        "client",
        _grid("""
            acme home eves gone! missing!
            eve          unfit unfit data  unfit unfit
            dan+gil      unfit unfit unfit unfit unfit
            bob+cleo+jon data  unfit unfit unfit unfit
            ann          data  data  unfit unfit unfit
        """),
        {"client": {"notes": "New"}},
    ),
    "PUT /clients/{id} wid": Row(
        "workspace", _STAYS_IN_WORKSPACE, {"client": {"notes": "New", "wid": "$"}}, at="client acme"
    ),
    "PUT /clients/{id} workspace.id": Row(
        "workspace", _STAYS_IN_WORKSPACE, {"client": {"notes": "New", "workspace": {"id": "$"}}}, at="client acme"
    ),
    "DELETE /clients/{id}": Row(
        "client",
        _grid("""
            acme home eves gone! missing!
            eve          gone gone null gone gone
            dan+gil      gone gone gone gone gone
            bob+cleo+jon null gone gone gone gone
            ann          null null gone gone gone
        """),
    ),
    "GET /clients/{id}/projects": Row(
        "client",
        _grid("""
            acme home eves gone! missing!
            eve          gone gone list gone gone
            dan+gil      gone gone gone gone gone
            bob+cleo+jon list gone gone gone gone
            ann          list list gone gone gone
        """),
    ),
    # Projects -------------------------------------------------------------------------------------
    "POST /projects wid": Row("workspace", _PLACED_IN_WORKSPACE, {"project": {"name": "New", "wid": "$"}}),
    "POST /projects workspace.id": Row(
        "workspace", _PLACED_IN_WORKSPACE, {"project": {"name": "New", "workspace": {"id": "$"}}}
    ),
    "POST /projects cid": Row(
        "client",
        _grid("""
            acme home! eves! gone! missing!
            eve+dan+gil  unfit unfit unfit unfit unfit
            bob+cleo+jon data  unfit unfit unfit unfit
            ann          data  clash unfit unfit unfit
        """),
        {"project": {"name": "New", "wid": "$workspace acme", "cid": "$"}},
    ),
    "POST /projects template_id": Row(
        "project",
        _grid("""
            mould hush eves_mould! public! missing!
            eve         unfit unfit clash unfit unfit
            dan+gil+hal unfit unfit unfit unfit unfit
            bob+cleo    data  unfit unfit clash unfit
            ann         data  data  unfit clash unfit
        """),
        {"project": {"name": "New", "wid": "$workspace acme", "template_id": "$"}},
    ),
    "GET /projects/{id}": Row(
        "project",
        _grid("""
            public private bobs eves gone! missing!
            eve     gone gone gone data gone gone
            dan+gil gone gone gone gone gone gone
            bob     data gone data gone gone gone
            kim     data gone gone gone gone gone
            cleo    data data gone gone gone gone
            ann     data data data gone gone gone
        """),
    ),
    "PUT /projects/{id}": Row(
        "project",
        _grid("""
            public private bobs eves gone! missing!
            eve     unfit unfit unfit data  unfit unfit
            hal     unfit unfit unfit deny  unfit unfit
            dan+gil unfit unfit unfit unfit unfit unfit
            bob     deny  unfit data  unfit unfit unfit
            kim     deny  unfit unfit unfit unfit unfit
            cleo    deny  data  unfit unfit unfit unfit
            lea     deny  deny  unfit unfit unfit unfit
            ann     data  data  data  unfit unfit unfit
        """),
        {"project": {"billable": False}},
    ),
    "PUT /projects/{id} cid": Row(
        "client",
        _grid("""
            acme home! eves! gone! missing!
            eve+dan+gil+cleo+kim unfit unfit unfit unfit unfit
            bob                  data  unfit unfit unfit unfit
            ann                  data  clash unfit unfit unfit
            jon                  data  unfit unfit unfit unfit
        """),
        {"project": {"cid": "$"}},
        at="project bobs",
    ),
    "PUT /projects/{id} wid": Row(
        "workspace",
        _STAYS_IN_WORKSPACE_OF_BOBS,
        {"project": {"billable": False, "wid": "$"}},
        at="project bobs",
    ),
    "PUT /projects/{id} workspace.id": Row(
        "workspace",
        _STAYS_IN_WORKSPACE_OF_BOBS,
        {"project": {"billable": False, "workspace": {"id": "$"}}},
        at="project bobs",
    ),
    "PUT /projects/{id} template_id": Row(
        "project",
        _grid("""
            mould hush eves_mould missing
            eve+dan+gil+cleo+kim unfit unfit unfit unfit
            bob+ann              kept  kept  kept  kept
        """),
        {"project": {"billable": False, "template_id": "$"}},
        at="project bobs",
    ),
    "DELETE /projects/{id}": Row(
        "project",
        _grid("""
            public private bobs eves gone! missing! bobs,public bobs,eves! bobs,missing! public,private
            eve     gone gone gone list gone gone gone gone gone gone
            hal     gone gone gone deny gone gone gone deny gone gone
            dan+gil gone gone gone gone gone gone gone gone gone gone
            bob     deny gone list gone gone gone deny gone gone deny
            kim     deny gone gone gone gone gone deny gone gone deny
            cleo    deny list gone gone gone gone deny gone gone deny
            lea     deny deny gone gone gone gone deny gone gone deny
            ann     list list list gone gone gone list gone gone list
        """),
    ),
    "GET /projects/{id}/tasks": Row(
        "project",
        _grid("""
            public private bobs eves gone! missing!
            eve     gone gone gone list gone gone
            dan+gil gone gone gone gone gone gone
            bob     list gone list gone gone gone
            kim     list gone gone gone gone gone
            cleo    list list gone gone gone gone
            ann     list list list gone gone gone
        """),
    ),
    # Project users --------------------------------------------------------------------------------
    "POST /project_users pid": Row(
        "project",
        _grid("""
            public private bobs eves gone! missing!
            eve     unfit unfit unfit data  unfit unfit
            hal     unfit unfit unfit deny  unfit unfit
            dan+gil unfit unfit unfit unfit unfit unfit
            bob     deny  unfit data  unfit unfit unfit
            kim     deny  unfit unfit unfit unfit unfit
            cleo    deny  data  unfit unfit unfit unfit
            lea     deny  deny  unfit unfit unfit unfit
            ann     data  data  data  unfit unfit unfit
        """),
        {"project_user": {"pid": "$", "uid": "$person fred"}},
    ),
    "POST /project_users uid": Row(
        "person",
        _grid("""
            ann cleo bob! dan! gil! eve! missing!
            eve+dan+gil+cleo+kim unfit unfit unfit unfit unfit unfit unfit
            bob+ann              data  data  clash unfit unfit unfit unfit
        """),
        {"project_user": {"pid": "$project bobs", "uid": "$"}},
    ),
    "POST /project_users wid": Row(
        "workspace",
        _grid("""
            acme home! eves! missing!
            eve+dan+gil+cleo+kim unfit unfit unfit unfit
            bob+ann              data  clash clash clash
        """),
        {"project_user": {"pid": "$project bobs", "uid": "$person fred", "wid": "$"}},
    ),
    "PUT /project_users/{id}": Row(
        "project_user",
        _grid("""
            anns cleos hush leas bobs eves gone! lost! missing! anns,cleos bobs,anns bobs,eves! bobs,missing!
            eve     unfit unfit unfit unfit unfit data  unfit unfit unfit unfit unfit unfit unfit
            hal     unfit unfit unfit unfit unfit deny  unfit unfit unfit unfit unfit unfit unfit
            dan+gil unfit unfit unfit unfit unfit unfit unfit unfit unfit unfit unfit unfit unfit
            bob     deny  deny  unfit unfit data  unfit unfit unfit unfit deny  deny  unfit unfit
            kim     deny  deny  unfit unfit unfit unfit unfit unfit unfit deny  unfit unfit unfit
            cleo    deny  deny  data  data  unfit unfit unfit unfit unfit deny  unfit unfit unfit
            lea     deny  deny  deny  deny  unfit unfit unfit unfit unfit deny  unfit unfit unfit
            ann     data  data  data  data  data  unfit unfit unfit unfit many  many  unfit unfit
        """),
        {"project_user": {"rate": 5}},
    ),
    "PUT /project_users/{id} pid": Row(
        "project",
        _grid("""
            public private home eves missing
            eve+dan+gil+cleo+kim unfit unfit unfit unfit unfit
            bob+ann              kept  kept  kept  kept  kept
        """),
        {"project_user": {"rate": 5, "pid": "$"}},
        at="project_user bobs",
    ),
    "PUT /project_users/{id} uid": Row(
        "person",
        _grid("""
            ann cleo dan gil eve missing
            eve+dan+gil+cleo+kim unfit unfit unfit unfit unfit unfit
            bob+ann              kept  kept  kept  kept  kept  kept
        """),
        {"project_user": {"rate": 5, "uid": "$"}},
        at="project_user bobs",
    ),
    "PUT /project_users/{id} wid": Row(
        "workspace", _STAYS_IN_WORKSPACE_OF_BOBS, {"project_user": {"rate": 5, "wid": "$"}}, at="project_user bobs"
    ),
    "DELETE /project_users/{id}": Row(
        "project_user",
        _grid("""
            anns cleos hush leas bobs eves gone! lost! missing! anns,cleos bobs,anns bobs,eves! bobs,missing!
            eve     gone gone gone gone gone list gone gone gone gone gone gone gone
            hal     gone gone gone gone gone deny gone gone gone gone gone gone gone
            dan+gil gone gone gone gone gone gone gone gone gone gone gone gone gone
            bob     deny deny gone gone list gone gone gone gone deny deny gone gone
            kim     deny deny gone gone gone gone gone gone gone deny gone gone gone
            cleo    deny deny list list gone gone gone gone gone deny gone gone gone
            lea     deny deny deny deny gone gone gone gone gone deny gone gone gone
            ann     list list list list list gone gone gone gone list list gone gone
        """),
    ),
    "GET /projects/{id}/project_users": Row(
        "project",
        _grid("""
            public private bobs eves gone! missing!
            eve     gone gone gone list gone gone
            dan+gil gone gone gone gone gone gone
            bob     list gone list gone gone gone
            kim     list gone gone gone gone gone
            cleo    list list gone gone gone gone
            ann     list list list gone gone gone
        """),
    ),
    # Tags -----------------------------------------------------------------------------------------
    "POST /tags wid": Row("workspace", _PLACED_IN_WORKSPACE, {"tag": {"name": "New", "wid": "$"}}),
    "POST /tags workspace.id": Row(
        "workspace", _PLACED_IN_WORKSPACE, {"tag": {"name": "New", "workspace": {"id": "$"}}}
    ),
    "PUT /tags/{id}": Row(
        "tag",
        _grid("""
            acme eves gone! missing!
            eve          unfit data  unfit unfit
            dan+gil      unfit unfit unfit unfit
            bob+cleo+ann data  unfit unfit unfit
        """),
        {"tag": {"name": "New"}},
    ),
    "PUT /tags/{id} wid": Row("workspace", _STAYS_IN_WORKSPACE, {"tag": {"name": "New", "wid": "$"}}, at="tag acme"),
    "PUT /tags/{id} workspace.id": Row(
        "workspace", _STAYS_IN_WORKSPACE, {"tag": {"name": "New", "workspace": {"id": "$"}}}, at="tag acme"
    ),
    "DELETE /tags/{id}": Row(
        "tag",
        _grid("""
            acme eves gone! missing!
            eve          gone null gone gone
            dan+gil      gone gone gone gone
            bob+cleo+ann null gone gone gone
        """),
    ),
    # Tasks ----------------------------------------------------------------------------------------
    "POST /tasks pid": Row(
        "project",
        _grid("""
            public private bobs eves gone! missing!
            eve     unfit unfit unfit data  unfit unfit
            hal     unfit unfit unfit deny  unfit unfit
            dan+gil unfit unfit unfit unfit unfit unfit
            bob     deny  unfit data  unfit unfit unfit
            kim     deny  unfit unfit unfit unfit unfit
            cleo    deny  data  unfit unfit unfit unfit
            lea     deny  deny  unfit unfit unfit unfit
            ann     data  data  data  unfit unfit unfit
        """),
        {"task": {"name": "New", "pid": "$"}},
    ),
    "POST /tasks wid": Row(
        "workspace",
        _grid("""
            acme home! eves! missing!
            eve+dan+gil+cleo+kim unfit unfit unfit unfit
            bob+ann              data  clash clash clash
        """),
        {"task": {"name": "New", "pid": "$project bobs", "wid": "$"}},
    ),
    "POST /tasks uid": Row(
        "person",
        _grid("""
            bob cleo dan! gil! eve! missing!
            eve+dan+gil+cleo+kim unfit unfit unfit unfit unfit unfit
            bob+ann              data  data  unfit unfit unfit unfit
        """),
        {"task": {"name": "New", "pid": "$project bobs", "uid": "$"}},
    ),
    "GET /tasks/{id}": Row(
        "task",
        _grid("""
            public private bobs eves gone! missing!
            eve     gone gone gone data gone gone
            dan+gil gone gone gone gone gone gone
            bob     data gone data gone gone gone
            kim     data gone gone gone gone gone
            cleo    data data gone gone gone gone
            ann     data data data gone gone gone
        """),
    ),
    "PUT /tasks/{id}": Row(
        "task",
        _grid("""
            public private bobs eves gone! missing! public,other bobs,public bobs,eves! bobs,missing!
            eve     unfit unfit unfit data  unfit unfit unfit unfit unfit unfit
            hal     unfit unfit unfit deny  unfit unfit unfit unfit unfit unfit
            dan+gil unfit unfit unfit unfit unfit unfit unfit unfit unfit unfit
            bob     deny  unfit data  unfit unfit unfit deny  deny  unfit unfit
            kim     deny  unfit unfit unfit unfit unfit deny  unfit unfit unfit
            cleo    deny  data  unfit unfit unfit unfit deny  unfit unfit unfit
            lea     deny  deny  unfit unfit unfit unfit deny  unfit unfit unfit
            ann     data  data  data  unfit unfit unfit many  many  unfit unfit
        """),
        {"task": {"active": False}},
    ),
    "PUT /tasks/{id} pid": Row(
        "project",
        _grid("""
            public private home eves missing
            eve+dan+gil+cleo+kim unfit unfit unfit unfit unfit
            bob+ann              kept  kept  kept  kept  kept
        """),
        {"task": {"active": False, "pid": "$"}},
        at="task bobs",
    ),
    "PUT /tasks/{id} wid": Row(
        "workspace",
        _STAYS_IN_WORKSPACE_OF_BOBS,
        {"task": {"active": False, "wid": "$"}},
        at="task bobs",
    ),
    "PUT /tasks/{id} uid": Row(
        "person",
        _grid("""
            bob cleo dan! gil! eve! missing!
            eve+dan+gil+cleo+kim unfit unfit unfit unfit unfit unfit
            bob+ann              data  data  unfit unfit unfit unfit
        """),
        {"task": {"uid": "$"}},
        at="task bobs",
    ),
    "DELETE /tasks/{id}": Row(
        "task",
        _grid("""
            public private bobs eves gone! missing! public,other bobs,public bobs,eves! bobs,missing!
            eve     gone gone gone list gone gone gone gone gone gone
            hal     gone gone gone deny gone gone gone gone gone gone
            dan+gil gone gone gone gone gone gone gone gone gone gone
            bob     deny gone list gone gone gone deny deny gone gone
            kim     deny gone gone gone gone gone deny gone gone gone
            cleo    deny list gone gone gone gone deny gone gone gone
            lea     deny deny gone gone gone gone deny gone gone gone
            ann     list list list gone gone gone list list gone gone
        """),
    ),
    # Time entries ---------------------------------------------------------------------------------
    "GET /time_entries": Row("own", _grid(f"own\n{_ALONE} list")),
    "GET /time_entries/current": Row("own", _grid(f"own!\n{_ALONE} nil")),
    "POST /time_entries/current": Row("own", _grid(f"own!\n{_ALONE} nil")),
    "POST /time_entries wid": Row("workspace", _PLACED_IN_WORKSPACE, {"time_entry": {**_ENTRY, "wid": "$"}}),
    "POST /time_entries workspace.id": Row(
        "workspace", _PLACED_IN_WORKSPACE, {"time_entry": {**_ENTRY, "workspace": {"id": "$"}}}
    ),
    "POST /time_entries pid": Row("project", _PLACED_IN_PROJECT, {"time_entry": {**_ENTRY, "pid": "$"}}),
    "POST /time_entries tid": Row("task", _PLACED_IN_PROJECT, {"time_entry": {**_ENTRY, "tid": "$"}}),
    "POST /time_entries/start wid": Row("workspace", _PLACED_IN_WORKSPACE, {"time_entry": {**_ENTRY, "wid": "$"}}),
    "POST /time_entries/start workspace.id": Row(
        "workspace", _PLACED_IN_WORKSPACE, {"time_entry": {**_ENTRY, "workspace": {"id": "$"}}}
    ),
    "POST /time_entries/start pid": Row("project", _PLACED_IN_PROJECT, {"time_entry": {**_ENTRY, "pid": "$"}}),
    "POST /time_entries/start tid": Row("task", _PLACED_IN_PROJECT, {"time_entry": {**_ENTRY, "tid": "$"}}),
    "GET /time_entries/{id}": Row(
        "entry",
        _grid("""
            anns bobs cleos leas dans eves hals gone missing!
            eve         nil  nil  nil  nil  nil  data data nil  nil
            hal         nil  nil  nil  nil  nil  nil  data nil  nil
            dan+gil+kim nil  nil  nil  nil  nil  nil  nil  nil  nil
            bob         nil  data nil  nil  nil  nil  nil  data nil
            cleo        nil  nil  data nil  nil  nil  nil  nil  nil
            lea         nil  nil  nil  data nil  nil  nil  nil  nil
            ann         data data data data data nil  nil  nil  nil
        """),
    ),
    "PUT /time_entries/{id}": Row(
        "entry",
        _grid("""
            anns bobs cleos leas dans eves hals gone! missing! bobs,more bobs,anns bobs,eves! bobs,missing!
            eve         unfit unfit unfit unfit unfit data  data  unfit unfit unfit unfit unfit unfit
            hal         unfit unfit unfit unfit unfit unfit data  unfit unfit unfit unfit unfit unfit
            dan+gil+kim unfit unfit unfit unfit unfit unfit unfit unfit unfit unfit unfit unfit unfit
            bob         unfit data  unfit unfit unfit unfit unfit unfit unfit many  unfit unfit unfit
            cleo        unfit unfit data  unfit unfit unfit unfit unfit unfit unfit unfit unfit unfit
            lea         unfit unfit unfit data  unfit unfit unfit unfit unfit unfit unfit unfit unfit
            ann         data  data  data  data  data  unfit unfit unfit unfit many  many  unfit unfit
        """),
        {"time_entry": {"description": "New"}},
    ),
    "PUT /time_entries/{id} wid": Row(
        "workspace",
        _MOVED_TO_WORKSPACE,
        {"time_entry": {"wid": "$"}},
        at="entry more",
    ),
    "PUT /time_entries/{id} workspace.id": Row(
        "workspace",
        _MOVED_TO_WORKSPACE,
        {"time_entry": {"workspace": {"id": "$"}}},
        at="entry more",
    ),
    "PUT /time_entries/{id} pid": Row("project", _MOVED_TO_PROJECT, {"time_entry": {"pid": "$"}}, at="entry more"),
    "PUT /time_entries/{id} tid": Row("task", _MOVED_TO_PROJECT, {"time_entry": {"tid": "$"}}, at="entry more"),
    **{
        f"{method} /time_entries/{{id}}/stop": Row(
            "entry",
            _grid("""
                anns bobs cleos leas dans eves hals gone! missing!
                eve         unfit unfit unfit unfit unfit data  data  unfit unfit
                hal         unfit unfit unfit unfit unfit unfit data  unfit unfit
                dan+gil+kim unfit unfit unfit unfit unfit unfit unfit unfit unfit
                bob         unfit data  unfit unfit unfit unfit unfit unfit unfit
                cleo        unfit unfit data  unfit unfit unfit unfit unfit unfit
                lea         unfit unfit unfit data  unfit unfit unfit unfit unfit
                ann         data  data  data  data  data  unfit unfit unfit unfit
            """),
        )
        for method in ("PUT", "POST")
    },
    "DELETE /time_entries/{id}": Row(
        "entry",
        _grid("""
            anns bobs cleos leas dans eves hals gone missing! bobs,more bobs,anns bobs,eves! bobs,missing!
            eve         gone gone gone gone gone list list gone gone gone gone gone gone
            hal         gone gone gone gone gone gone list gone gone gone gone gone gone
            dan+gil+kim gone gone gone gone gone gone gone gone gone gone gone gone gone
            bob         gone list gone gone gone gone gone list gone list gone gone gone
            cleo        gone gone list gone gone gone gone gone gone gone gone gone gone
            lea         gone gone gone list gone gone gone gone gone gone gone gone gone
            ann         list list list list list gone gone gone gone list list gone gone
        """),
    ),
}

MATRIX |= {
    # The dashboard, which in Acme is for admins alone; where it is not, tests/api/v8/test_dashboard.py has it. ------
    "GET /dashboard/{id}": Row(
        "workspace",
        _grid("""
            acme eves missing!
            eve      gone page gone
            dan+gil  gone gone gone
            bob+cleo deny gone gone
            ann      page gone gone
        """),
    ),
    "POST /workspaces/{id}/invite": Row(
        "workspace",
        _grid("""
            acme eves missing!
            eve      unfit many  unfit
            hal      unfit deny  unfit
            dan+gil  unfit unfit unfit
            bob+cleo deny  unfit unfit
            ann      many  unfit unfit
        """),
        {"emails": ["new@example.org"]},
    ),
    # A batch is answered to everybody who has credentials; what its elements are answered, test_batches.py has. -----
    "POST /batch_updates": Row(
        "workspace",
        _grid(f"acme eves missing\n{_ALONE} list list list"),
        [{"method": "POST", "relative_url": "clients", "guid": "g", "body": {"client": {"name": "New", "wid": "$"}}}],
    ),
    # For anybody ----------------------------------------------------------------------------------
    "GET /status": Row("own", _grid(f"own\n{_ALONE} page"), without="page"),
    "GET /updates": Row("own", _grid(f"own\n{_ALONE} never"), without="never"),
    "POST /lost_passwords": Row("own", _grid(f"own\n{_ALONE} page"), {"email": "ann@example.org"}, without="page"),
}

MATRIX |= {
    # For anybody who is logged in -----------------------------------------------------------------
    f"POST {path}": Row("own", _grid(f"own\n{_ALONE} page"), {"details": "It does not start"})
    for path in ("/feedback", "/feedback/web")
}

# What is served outside API v8, for anybody: whoever has the path of a picture or of a feed may see it.
PAGES: dict[str, Row] = {
    "GET /": Row("own", _grid(f"own\n{_ANYBODY} docs")),
    "GET /docs": Row("own", _grid(f"own\n{_ANYBODY} html")),
    "GET /health": Row("own", _grid(f"own\n{_ANYBODY} page")),
    "GET /ready": Row("own", _grid(f"own\n{_ANYBODY} page")),
    # What lets in is the operator's token, which tests/web/test_metrics.py has.
    "GET /metrics": Row("own", _grid(f"own!\n{_ANYBODY} shut")),
    "GET /images/profile.png": Row("own", _grid(f"own\n{_ANYBODY} png")),
    "GET /images/{id}/{id}/{id}": Row(
        "picture", _grid(f"acme eves bob former! astray! missing!\n{_ANYBODY} png png png lost lost lost")
    ),
    # A feed ends with what its person may see, as those of Dan, who has left, Gil, who has to accept again, and Fred.
    "GET /ical/workspace_user/{id}": Row(
        "feed",
        _grid(f"ann bob kim eve hal dan! gil! fred! forged! missing!\n{_ANYBODY} {'feed ' * 5} {'lost ' * 5}"),
        bearer=True,
    ),
    # Where mails lead. Who comes is nobody whatever their credentials: what lets them in is the code in the link, which
    # tests/web/test_invitations.py and test_passwords.py have.
    "GET /pages.css": Row("own", _grid(f"own\n{_ANYBODY} css")),
    "GET /user/accept_invitation": Row("own", _grid(f"own!\n{_ANYBODY} dead")),
    "POST /user/accept_invitation": Row("own", _grid(f"own!\n{_ANYBODY} misread"), {"code": "0"}),
    "GET /user/invitation_accepted": Row("own", _grid(f"own\n{_ANYBODY} html")),
    "GET /user/lost_password": Row("own", _grid(f"own\n{_ANYBODY} html")),
    "POST /user/lost_password": Row("own", _grid(f"own!\n{_ANYBODY} misread"), {"email": "ann@example.org"}),
    "GET /user/lost_password/sent": Row("own", _grid(f"own\n{_ANYBODY} html")),
    "GET /user/reset_password": Row("own", _grid(f"own!\n{_ANYBODY} dead")),
    "POST /user/reset_password": Row("own", _grid(f"own!\n{_ANYBODY} misread"), {"code": "0"}),
    "GET /user/reset_password/done": Row("own", _grid(f"own\n{_ANYBODY} html")),
}


def _asked(report: str) -> str:
    return f"GET /reports/api/v2{report}?user_agent=tests&workspace_id="


_REPORTED = _grid("""
    acme eves missing!
    eve          foreign report  foreign
    dan+gil      foreign foreign foreign
    bob+cleo+ann report  foreign foreign
""")
_REPORTED_IN_FILES = _REPORTED.replace("report ", "file   ")
_DASHBOARD = _grid("""
    public private bobs den eves! gone! missing!
    eve+dan+gil foreign foreign foreign foreign foreign foreign foreign
    bob         report  absent  report  report  absent  absent  absent
    kim         report  absent  absent  absent  absent  absent  absent
    cleo        report  report  absent  absent  absent  absent  absent
    ann         report  report  report  report  absent  absent  absent
""")
_DASHBOARD_ELSEWHERE = _grid("""
    eves public! missing!
    eve                  report  absent  absent
    dan+gil+bob+cleo+ann foreign foreign foreign
""")
# Here who manages a project is told what others do in it, unlike by API v8.
_OF_MANAGERS = frozenset({("cleo", "leas hush work")})
# Files name people by their addresses too, those who have left as well.
_OF_FILES = _OF_MANAGERS | {(name, "dan@example.org") for name in ("ann", "jon")}
_FORMS = ("csv", "xlsx", "xls", "pdf")
_REPORTS = ("/details", "/summary", "/weekly")

PAGES |= {
    # Reports --------------------------------------------------------------------------------------
    **{
        _asked(f"{report}{form}") + "{id}": Row("workspace", _REPORTED, without="alien", tells=_OF_MANAGERS)
        for report in _REPORTS
        for form in ("", ".json")
    },
    **{
        _asked(f"{report}.{form}") + "{id}": Row("workspace", _REPORTED_IN_FILES, without="alien", tells=_OF_FILES)
        for report in _REPORTS
        for form in _FORMS
    },
    **{
        _asked(f"/project{form}") + f"{{workspace.{place}}}&project_id={{id}}": Row("project", grid, without="alien")
        for form in ("", ".json")
        for place, grid in (("acme", _DASHBOARD), ("eves", _DASHBOARD_ELSEWHERE))
    },
    "POST /reports/api/v2/login": Row("own", _grid(f"own\n{_ALONE} report"), without="alien"),
    **{
        f"GET /reports/api/v2{path}{form}": Row("own", _grid(f"own{mark}\n{line}"), without="alien")
        for form in ("", ".json")
        for path, mark, line in (
            ("/env", "", f"{_ALONE} report"),
            ("/index", "", f"{_ANYBODY} report"),
            ("/error400", "!", f"{_ANYBODY} try400"),
            ("/error500", "!", f"{_ANYBODY} try500"),
        )
    },
    "GET /reports/api/v2/revision": Row("own", _grid(f"own\n{_ANYBODY} words")),
    "GET /reports/api/v2/openapi.json": Row("own", _grid(f"own\n{_ANYBODY} report")),
    "GET /docs/reports": Row("own", _grid(f"own\n{_ANYBODY} html")),
}


def _webhooks(key: str, kind: str, grid: str, body: Any = None) -> dict[str, Row]:
    method, path = key.split()
    return {f"{method} /webhooks/api/v1{path}": Row(kind, _grid(grid), body, without="unnamed")}


_OF_SUBSCRIBERS = """
    acme eves missing!
    eve          outside {0} outside
    dan+gil      outside outside outside
    bob+cleo+ann {0} outside outside
"""
_OF_SUBSCRIPTION = """
    anns bobs eves astray! missing!
    eve      outside outside {0} outside outside
    hal      outside outside unknown outside outside
    dan+gil  outside outside outside outside outside
    bob      unknown {0} outside unknown unknown
    kim+cleo unknown unknown outside unknown unknown
    ann      {0} {0} outside unknown unknown
"""
_SUBSCRIPTION = {
    "url_callback": "http://1.1.1.1/",
    "event_filters": [{"entity": "*", "action": "*"}],
    "description": "new",
    "enabled": False,
}
_PROOFS = f"""
    anns bobs eves astray! missing!
    {_ANYBODY} agreed agreed agreed unproven unproven
"""

PAGES |= {
    # Webhooks -------------------------------------------------------------------------------------
    **_webhooks("GET /subscriptions/{id}", "workspace", _OF_SUBSCRIBERS.format("list")),
    **_webhooks("GET /limits/{id}", "workspace", _OF_SUBSCRIBERS.format("object")),
    **_webhooks("POST /subscriptions/{id}", "workspace", _OF_SUBSCRIBERS.format("object"), _SUBSCRIPTION),
    **_webhooks("PUT /subscriptions/{id}/{id}", "hook", _OF_SUBSCRIPTION.format("object"), _SUBSCRIPTION),
    **_webhooks("PATCH /subscriptions/{id}/{id}", "hook", _OF_SUBSCRIPTION.format("object"), {"enabled": False}),
    **_webhooks("DELETE /subscriptions/{id}/{id}", "hook", _OF_SUBSCRIPTION.format("object")),
    **_webhooks("GET /subscriptions/{id}/{id}/events", "hook", _OF_SUBSCRIPTION.format("object")),
    **_webhooks("POST /ping/{id}/{id}", "hook", _OF_SUBSCRIPTION.format("unheard")),
    **_webhooks("GET /validate/{id}/{id}/{id}", "proof", _PROOFS),
    **_webhooks("GET /status", "own", f"own\n{_ANYBODY} object"),
    **_webhooks("GET /event_filters", "own", f"own\n{_ANYBODY} object"),
    **_webhooks("GET /openapi.json", "own", f"own\n{_ANYBODY} object"),
    "GET /docs/webhooks": Row("own", _grid(f"own\n{_ANYBODY} html")),
}


def _news(key: str, grid: str) -> Row:
    return Row(MATRIX[key].kind, _grid(grid), without="-")


_NEWS_OF_WORKSPACE = """
    acme eves
    eve          -    told
    dan+gil      -    -
    bob+cleo+ann told -
"""
_NEWS_OF_PROJECT = """
    public private bobs eves
    eve     -    -    -    told
    dan+gil -    -    -    -
    bob     told -    told -
    kim     told -    -    -
    cleo    told told -    -
    ann     told told told -
"""
# Who is told on the stream that a thing was changed by this request: `told`, or `-`.
STREAM: dict[str, Row] = {
    "PUT /workspaces/{id}": _news("PUT /workspaces/{id}", _NEWS_OF_WORKSPACE),
    "PUT /clients/{id}": _news("PUT /clients/{id}", _NEWS_OF_WORKSPACE),
    "PUT /tags/{id}": _news("PUT /tags/{id}", _NEWS_OF_WORKSPACE),
    "PUT /projects/{id}": _news("PUT /projects/{id}", _NEWS_OF_PROJECT),
    "PUT /tasks/{id}": _news("PUT /tasks/{id}", _NEWS_OF_PROJECT),
    "PUT /project_users/{id}": _news(
        "PUT /project_users/{id}",
        """
            cleos hush leas bobs eves
            eve     -    -    -    -    told
            dan+gil -    -    -    -    -
            bob     told -    -    told -
            kim     told -    -    -    -
            cleo    told told told -    -
            ann     told told told told -
        """,
    ),
    # An admin may look at everybody's, and is told of none but their own.
    "PUT /time_entries/{id}": _news(
        "PUT /time_entries/{id}",
        """
            anns bobs cleos leas dans eves hals
            eve             -    -    -    -    -    told -
            hal             -    -    -    -    -    -    told
            dan+gil+kim+jon -    -    -    -    -    -    -
            bob             -    told -    -    -    -    -
            cleo            -    -    told -    -    -    -
            lea             -    -    -    told -    -    -
            ann             told -    -    -    -    -    -
        """,
    ),
}
