// A day's work with toggl-api: every operation it has.
//
// Runs with Node.js: the server's address, then a token, an e-mail, a password, the workspace, two colleagues in it.
"use strict";

const assert = require("node:assert/strict");
const TogglClient = require("toggl-api");

const INTERNAL = ["apiRequest", "destroy", "reportsRequest", "setAuthTimer", "validateOptions"];

const [base, token, email, password, ...numbers] = process.argv.slice(2);
const [wid, bob, cleo] = numbers.map(Number);
const toggl = new TogglClient({ apiToken: token, apiUrl: base, reportsUrl: `${base}/reports` });
const driven = new Set();

/** What an operation says in the end. */
function act(operation, ...words) {
  driven.add(operation);
  return new Promise((resolve, reject) => {
    toggl[operation](...words, (error, ...said) => (error ? reject(error) : resolve(said.length > 1 ? said : said[0])));
  });
}

/** The code that an operation is refused with. */
async function refused(operation, ...words) {
  try {
    await act(operation, ...words);
  } catch (error) {
    return error.code;
  }
  return assert.fail(`${operation} was not refused`);
}

/** A list, which is null where it is empty and the server answers as was once recorded. */
async function listed(operation, ...words) {
  return (await act(operation, ...words)) ?? [];
}

const ids = (things) => things.map((thing) => thing.id).sort((one, other) => one - other);
const named = (things, name) => things.find((thing) => thing.name === name);

async function lookAround() {
  const workspaces = await act("getWorkspaces");
  assert.deepEqual(ids(workspaces), [wid]);
  const workspace = await act("getWorkspaceData", wid);
  assert.deepEqual([workspace.id, workspace.name, workspace.admin], [wid, "Ann's workspace", true]);
  assert.equal((await act("updateWorkspace", wid, { name: "Office" })).name, "Office");
  assert.equal((await act("getWorkspaceData", wid)).name, "Office");
  for (const operation of ["getWorkspaceClients", "getWorkspaceProjects", "getWorkspaceTags", "getWorkspaceTasks"]) {
    assert.deepEqual(await listed(operation, wid), []);
  }
  assert.equal(await refused("getWorkspaceData", 4096), 404);
}

async function keepClients() {
  const made = await act("createClient", { name: "Customer", wid, notes: "Call first" });
  assert.deepEqual([made.name, made.wid, made.notes], ["Customer", wid, "Call first"]);
  assert.ok([400, 404].includes(await refused("createClient", { name: "Customer", wid })));
  assert.equal((await act("updateClient", made.id, { name: "Customer 2" })).notes, "Call first");
  assert.equal((await act("getClientData", made.id)).name, "Customer 2");
  assert.deepEqual(ids(await act("getClients")), [made.id]);
  assert.deepEqual(ids(await act("getWorkspaceClients", wid)), [made.id]);
  return made.id;
}

async function planProjects(cid) {
  const site = await act("createProject", { name: "Site", wid, cid, is_private: false });
  assert.deepEqual([site.name, site.cid, site.active, site.is_private], ["Site", cid, true, false]);
  const page = await act("createProject", { name: "Page", wid });
  assert.deepEqual([page.is_private, page.billable], [true, true]);
  assert.equal((await act("updateProject", page.id, { active: false, color: "3" })).active, false);
  assert.equal((await act("getProjectData", page.id)).color, "3");
  assert.deepEqual(ids(await act("getClientProjects", cid, "both")), [site.id]);
  assert.deepEqual(await listed("getClientProjects", cid, "false"), []);
  assert.deepEqual(ids(await act("getWorkspaceProjects", wid)), [site.id]);
  assert.deepEqual(ids(await act("getWorkspaceProjects", wid, { active: "both" })), ids([site, page]));
  return [site.id, page.id];
}

async function planTasks(pid) {
  const plan = await act("createTask", "Plan", pid, {});
  const build = await act("createTask", "Build", pid, { estimated_seconds: 3600 });
  const paint = await act("createTask", "Paint", pid, {});
  assert.deepEqual([build.pid, build.wid, build.estimated_seconds], [pid, wid, 3600]);
  const renamed = await act("updateTask", plan.id, { name: "Draw" }, ["done_seconds", "uname"]);
  assert.deepEqual([renamed.name, renamed.done_seconds], ["Draw", 0]);
  const closed = await act("updateTasks", [build.id, paint.id], { active: false });
  assert.deepEqual(closed.map((task) => task.active), [false, false]);
  assert.equal((await act("getTaskData", build.id)).active, false);
  assert.deepEqual(ids(await act("getProjectTasks", pid)), [plan.id]);
  assert.deepEqual(ids(await act("getWorkspaceTasks", wid)), [plan.id]);
  assert.deepEqual(ids(await act("getWorkspaceTasks", wid, { active: "both" })), ids([plan, build, paint]));
  await act("deleteTasks", [build.id, paint.id]);
  assert.equal(await refused("deleteTask", build.id), 404);
  return plan.id;
}

async function keepTags() {
  const tag = await act("createTag", "phone", wid);
  assert.equal((await act("updateTagName", tag.id, "call")).name, "call");
  assert.deepEqual(ids(await act("getWorkspaceTags", wid)), [tag.id]);
  return tag.id;
}

async function track(pid, tid) {
  const start = new Date("2024-05-02T10:00:00Z");
  const stop = new Date("2024-05-02T12:00:00Z");
  const added = await act("createTimeEntry", { description: "Design", start, stop, duration: 7200, pid, wid });
  assert.deepEqual([added.description, added.duration, added.pid, added.wid], ["Design", 7200, pid, wid]);
  assert.equal(new Date(added.start).getTime(), start.getTime());
  assert.equal(await act("getCurrentTimeEntry"), null);
  const started = await act("startTimeEntry", { description: "Talk", tid, billable: true, tags: ["call"] });
  assert.ok(started.duration < 0);
  assert.deepEqual([started.pid, started.tid, started.billable], [pid, tid, true]);
  assert.equal((await act("getCurrentTimeEntry")).id, started.id);
  assert.equal((await act("updateTimeEntry", started.id, { description: "Talk to Bob" })).duration, started.duration);
  const stopped = await act("stopTimeEntry", started.id);
  assert.ok(stopped.duration >= 0);
  assert.equal((await act("getTimeEntryData", started.id)).description, "Talk to Bob");
  const both = [added.id, started.id];
  await act("addTimeEntriesTags", both, ["billed", "done"]);
  await act("updateTimeEntriesTags", both, ["done"], "remove");
  await act("removeTimeEntriesTags", both, ["call"]);
  assert.deepEqual((await act("getTimeEntryData", started.id)).tags, ["billed"]);
  // Its dates go out as they are: whoever says less than a moment is refused.
  assert.equal(await refused("getTimeEntries", "2024-05-01", "2024-05-03"), 400);
  assert.deepEqual(ids(await act("getTimeEntries", start, "2024-05-03T00:00:00+02:00")), [added.id]);
  assert.deepEqual(ids(await act("getTimeEntries", start, new Date())), ids([added, started]));
  assert.deepEqual(ids(await act("getTimeEntries")), [started.id]);
  assert.equal((await act("getTaskData", tid)).id, tid);
  await report(pid, added.id);
  await act("deleteTimeEntry", both.join());
  assert.deepEqual(await listed("getTimeEntries"), []);
}

async function report(pid, id) {
  const asked = { workspace_id: wid, since: "2024-05-01", until: "2024-05-31" };
  const detailed = await act("detailedReport", asked);
  assert.deepEqual([detailed.total_grand, ids(detailed.data)], [7_200_000, [id]]);
  const summary = await act("summaryReport", { ...asked, grouping: "projects", subgrouping: "users" });
  assert.deepEqual(summary.data.map((group) => [group.id, group.time]), [[pid, 7_200_000]]);
  const weekly = await act("weeklyReport", { workspace_id: wid, since: "2024-04-29" });
  assert.deepEqual(weekly.week_totals, [null, null, null, 7_200_000, null, null, null, 7_200_000]);
}

async function shareProject(pid) {
  const [ann] = await act("getProjectUsers", pid);
  assert.deepEqual([ann.pid, ann.wid, ann.manager], [pid, wid, true]);
  const added = await act("addProjectUser", pid, bob, { manager: true }, ["fullname"]);
  assert.deepEqual([added.uid, added.manager, added.fullname], [bob, true, "Bob"]);
  // The library takes the answer to several out of its wrapper twice, so that nothing is left of it.
  await act("addProjectUsers", pid, [cleo]);
  const people = await act("getProjectUsers", pid);
  assert.deepEqual(people.map((person) => person.uid).sort(), [ann.uid, bob, cleo].sort());
  const [, ...others] = ids(people);
  assert.equal((await act("updateProjectUser", added.id, { manager: false }, ["fullname"])).fullname, "Bob");
  await act("updateProjectUsers", others, { manager: true });
  assert.ok((await act("getProjectUsers", pid)).every((person) => person.manager));
  await act("deleteProjectUser", added.id);
  await act("deleteProjectUsers", others.filter((id) => id !== added.id));
  assert.deepEqual(ids(await act("getProjectUsers", pid)), [ann.id]);
}

async function leadTeam() {
  const users = await act("getWorkspaceUsers", wid);
  assert.deepEqual(users.slice(0, -1).map((user) => user.id).sort(), [bob, cleo].sort());
  assert.equal(users.at(-1).email, email);
  const members = await act("getWorkspaceUsers", wid, false);
  const member = members.find((one) => one.uid === cleo);
  assert.equal((await act("updateWorkspaceUser", member.id, { admin: true })).admin, true);
  const [invited, notifications] = await act("inviteUsers", wid, ["dan@example.org", "nonsense"]);
  assert.deepEqual(invited.map((one) => [one.email, one.active]), [["dan@example.org", false]]);
  assert.equal(notifications.length, 1);
  await act("deleteWorkspaceUser", member.id);
  assert.ok(!ids(await act("getWorkspaceUsers", wid, false)).includes(member.id));
}

async function watch() {
  const dashboard = await act("getDashboard", wid);
  assert.deepEqual(Object.keys(dashboard).sort(), ["activity", "most_active_user"]);
}

async function tidyUp(cid, pids, tid, tagId) {
  await act("deleteTask", tid);
  await act("deleteTag", tagId);
  assert.equal(await refused("deleteTag", tagId), 404);
  await act("deleteClient", cid);
  assert.equal((await act("getProjectData", pids[0])).cid, undefined);
  await act("deleteProject", pids[0]);
  await act("deleteProjects", [pids[1]]);
  assert.equal(await refused("getProjectData", pids[1]), 404);
}

async function changeAccount() {
  const me = await act("getUserData", { with_related_data: true });
  assert.equal(me.email, email);
  assert.ok(me.projects.length > 0 && me.clients.length > 0 && me.tags.length > 0 && me.tasks.length > 0);
  const changed = await act("updateUserData", { fullname: "Ann B.", beginning_of_week: 1, timeofday_format: "H:mm" });
  assert.deepEqual([changed.fullname, changed.beginning_of_week], ["Ann B.", 1]);
  assert.equal((await act("getUserData", {})).projects, undefined);
  await act("changeUserPassword", password, "battery staple");
  assert.ok([400, 404].includes(await refused("changeUserPassword", password, "battery staple")));
  const renewed = await act("resetApiToken");
  assert.notEqual(renewed, token);
  assert.equal(toggl.options.apiToken, renewed);
  assert.equal((await act("getUserData", {})).api_token, renewed);
}

async function logIn() {
  const client = new TogglClient({ username: email, password: "battery staple", apiUrl: base });
  // Before it asks, the library looks whether it has authenticated, also when that is what it is asking for.
  client.authData = {};
  driven.add("authenticate");
  const { data } = await new Promise((resolve, reject) => {
    client.authenticate((error, said) => (error ? reject(error) : resolve(said)));
  });
  assert.equal(data.email, email);
  client.destroy();
}

async function signUp() {
  TogglClient.setDefaults({ apiUrl: base });
  const made = await new Promise((resolve, reject) => {
    TogglClient.createUser("eve@example.org", password, "Europe/Tallinn", (error, said) =>
      error ? reject(error) : resolve(said),
    );
  });
  assert.deepEqual([made.email, made.timezone, made.api_token], ["eve@example.org", "Europe/Tallinn", undefined]);
}

/** Every operation was driven. */
function lookBack() {
  const operations = Object.keys(TogglClient.prototype).filter((name) => !INTERNAL.includes(name));
  const left = operations.filter((name) => !driven.has(name));
  assert.deepEqual(left, []);
}

async function main() {
  await lookAround();
  const cid = await keepClients();
  const [pid, other] = await planProjects(cid);
  const tid = await planTasks(pid);
  const tagId = await keepTags();
  await changeAccount();
  await track(pid, tid);
  await shareProject(pid);
  await leadTeam();
  await watch();
  await tidyUp(cid, [pid, other], tid, tagId);
  await logIn();
  await signUp();
  lookBack();
  toggl.destroy();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
