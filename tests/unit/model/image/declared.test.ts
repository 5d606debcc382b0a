import assert from "node:assert/strict";
import { declaredBy } from "../../../../model/image/declared.ts";

describe("the volumes that a Dockerfile declares", () => {
  it("are those of the stage that is built and of the stages below it, in either form", () => {
    const text = `FROM debian AS Ground
VOLUME /var/lib/a /b
FROM debian AS other
VOLUME /other
FROM ground AS app
volume ["/c d", "/e"]
VOLUME $DATA
FROM app
RUN true
`;
    const all = ["/c d", "/e", "/var/lib/a", "/b"];
    assert.deepEqual(declaredBy(text), { volumes: all, user: undefined, from: "debian" });
    assert.deepEqual(declaredBy(text, { target: "APP" }), { volumes: all, user: undefined, from: "debian" });
    assert.deepEqual(declaredBy(text, { target: "1" }), {
      volumes: ["/other"],
      user: undefined,
      from: "debian",
    });
    assert.deepEqual(declaredBy("FROM python-base\n"), { volumes: [], user: undefined, from: "python-base" });
    assert.deepEqual(declaredBy("FROM debian\n", { target: "none" }), {
      volumes: [],
      user: undefined,
      from: "",
    });
  });
});

describe("the user that a Dockerfile names", () => {
  const userOf = (steps: string, args = {}, head = "") =>
    declaredBy(`${head}FROM debian\n${steps}`, { args }).user;

  it("is that of the last USER, of the highest stage that has one", () => {
    assert.equal(userOf("RUN true\n"), undefined);
    assert.equal(userOf("USER a\nUSER app:app\n"), "app:app");
    assert.equal(userOf("USER a\nFROM debian\n"), undefined);
    assert.equal(userOf("USER a\n", {}, "FROM debian AS one\nUSER root\n"), "a");
  });

  it("has the variables that ARG and ENV set, and the build's own arguments", () => {
    assert.equal(userOf("ARG APP=root\nUSER $APP\n"), "root");
    assert.equal(userOf("ARG APP=root\nUSER $APP\n", { APP: "app" }), "app");
    assert.equal(userOf("ENV UID=1000 GID=$UID\nENV GID=$UID\nUSER ${UID}:${GID}\n"), "1000:1000");
    assert.equal(userOf("ENV APP=app\nARG APP=root\nUSER $APP\n", { APP: "root" }), "app");
    assert.equal(userOf("ARG APP\nUSER $APP\n", {}, "ARG APP=0\n"), "0");
    const inherited = "FROM debian AS one\nENV APP=root\nFROM one\nUSER $APP\n";
    assert.equal(declaredBy(inherited).user, "root");
    assert.equal(declaredBy(inherited.replace("ENV", "ARG")).user, "root");
  });

  it("is not known where a variable is the base's, the build's, or set to what is not known", () => {
    for (const steps of [
      "USER $APP\n",
      "ARG APP\nUSER $APP\n",
      "ENV APP=$OTHER\nUSER $APP\n",
      "ENV APP=app\nENV APP=$OTHER\nUSER $APP\n",
      "USER app\nUSER ${APP:-app}\n",
    ])
      assert.equal(userOf(steps), null, steps);
    // ARG before FROM is none of the stage's own.
    assert.equal(userOf("USER $APP\n", {}, "ARG APP=app\n"), null);
  });
});
