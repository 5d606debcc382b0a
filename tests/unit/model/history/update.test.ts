import assert from "node:assert/strict";
import { messageInCi, updatesOf, whoRan } from "../../../../model/history/update.ts";

describe("an update of a history", () => {
  const listed = {
    version: 0,
    kind: "update",
    result: "failed",
    startTime: "2026-05-04T10:00:00Z",
    message: "",
  } as const;
  const git = { "git.author": "Ann", "git.head": "26c7d59", "git.dirty": "true" };

  it("has the backend's number, or its place where it has none", () => {
    const entries = [5, 0].map((version) => ({ ...listed, version, environment: {} }));
    assert.deepEqual(
      updatesOf(entries).map(({ number }) => number),
      [5, 1],
    );
  });

  it("says who: the commit's author and the CI job", () => {
    const ci = { "ci.system": "GitHub", "ci.build.id": "77", "ci.build.number": "8" };
    const who = (environment: Record<string, string>) =>
      updatesOf([{ ...listed, environment }]).map((each) => [each.author, each.commit, each.dirty, each.run]);
    assert.deepEqual(who(git), [["Ann", "26c7d59", true, undefined]]);
    assert.deepEqual(who({ ...git, ...ci }), [["Ann", "26c7d59", true, "GitHub 8"]]);
    const url = "https://github.com/acme/fleet/actions/runs/77";
    assert.deepEqual(who({ ...ci, "ci.build.url": url }), [[undefined, undefined, false, url]]);
  });

  it("says whom the CI job ran for, by a trailer of the message, which else is the commit's", () => {
    assert.equal(
      messageInCi({}, () => "Greets"),
      undefined,
    );
    const message =
      messageInCi({ GITHUB_ACTOR: "ann", GITHUB_TRIGGERING_ACTOR: "bob" }, () => "Greets") ?? "";
    const [update] = updatesOf([{ ...listed, message, environment: { ...git, "ci.system": "GitHub" } }]);
    assert.deepEqual([update?.actor, update?.message], ["bob", "Greets"]);
    assert.equal(update && whoRan(update), "Ann, run by bob, GitHub");
    const [forged] = updatesOf([{ ...listed, message, environment: git }]);
    assert.deepEqual([forged?.actor, forged?.message], [undefined, message]);
    const [plain] = updatesOf([{ ...listed, message: "Greets", environment: git }]);
    assert.deepEqual([plain?.actor, plain && whoRan(plain)], [undefined, "Ann"]);
  });
});
