import assert from "node:assert/strict";
import { quote } from "../../../../lib/shell.ts";
import { readScripts } from "../../../../host/scripts/script.ts";
import { runWithDocker } from "./sh.ts";

const SCRIPT = `${readScripts(["evidence"])}\ncleaned 40000\n`;
const PEM = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
  MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
Q9==
-----END PRIVATE KEY-----
`;
const SECRETS: Record<string, string> = {
  TOKEN: "s3cr3t/.*",
  LONGER: "s3cr3t/.*longer",
  KEY: PEM,
  ODD: `p@ss "w\\ord/+ü=x y'z\t<&>`,
  EQUAL: "a=b=c==",
  LONG: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-~$".repeat(16),
  CRLF: "first line\r\nsecond line\r\n",
};

/** What is shown of a text. */
async function shown(
  text: Iterable<Buffer> | string,
  { secrets = SECRETS, inspect = "" }: { secrets?: Record<string, string>; inspect?: string } = {},
): Promise<string> {
  const all = { PATH: "/bin", PLAIN: "plain", ...secrets };
  const json = JSON.stringify(Object.entries(all).map(([name, value]) => `${name}=${value}`));
  const variables = { NEW: "new", PRE_DEPLOY: "", SECRETS: Object.keys(secrets).join(" ") };
  const input = typeof text === "string" ? [Buffer.from(text)] : text;
  const docker = inspect || `printf '%s\\n' ${quote(json.replaceAll("<", "\\u003c"))}`;
  const { code, stdout, stderr } = await runWithDocker(SCRIPT, docker, { variables, input });
  assert.deepEqual([code, stderr.toString()], [0, ""]);
  const printed = stdout.toString();
  assert.deepEqual(Buffer.from(printed), stdout, "is UTF-8");
  assert.ok(stdout.length <= 40_000);
  for (const line of printed.split("\n")) assert.ok(Buffer.byteLength(line) <= 1800);
  return printed;
}

const percent = (value: string) =>
  [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const ascii = (json: string) =>
  json.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
const html = (value: string) =>
  value.replace(
    /[&<>"']/g,
    (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char] ?? "&#39;",
  );
const base64 = (value: string) => Buffer.from(value).toString("base64");

/** The ways in which a value is printed. */
const FORMS: Record<string, (value: string) => string> = {
  "as it is": (value) => value,
  "as JSON": (value) => JSON.stringify(value).slice(1, -1),
  "as JSON of PHP and Python": (value) => ascii(JSON.stringify(value).slice(1, -1)).replaceAll("/", "\\/"),
  "as JSON in JSON": (value) => JSON.stringify(JSON.stringify(value)).slice(3, -3),
  "in a URL": encodeURIComponent,
  "in a form": (value) => new URLSearchParams({ v: value }).toString().slice(2),
  "all of it percent-encoded": percent,
  "twice in a URL": (value) => encodeURIComponent(encodeURIComponent(value)),
  "in HTML": html,
  "quoted for a shell": (value) => value.replaceAll("'", `'\\''`),
  "in base64": base64,
  "in base64 of URLs": (value) => Buffer.from(value).toString("base64url"),
  "in base64 of 76 characters a line": (value) => base64(value).replace(/.{76}/g, "$&\n"),
  "in hexadecimal": (value) => Buffer.from(value).toString("hex"),
};

describe("what a container has printed, as it is shown", () => {
  for (const [form, print] of Object.entries(FORMS)) {
    it(`has no secret's value ${form}`, async () => {
      const printed = Object.values(SECRETS).map(print);
      const hidden = printed.map((value) => value.replaceAll("\r", "").replace(/\S(.*\S)?/g, "[secret]"));
      const lines = (values: string[]) => values.map((value) => `it is: ${value} plain\n`).join("");
      assert.equal(await shown(lines(printed)), lines(hidden));
    });
  }

  it("has no value in base64 with something before it, as in a basic Authorization", async () => {
    for (const user of ["u", "us", "use"]) {
      const text = await shown(
        Object.values(SECRETS)
          .map((value) => `${base64(`${user}:${value}\n`)}\n`)
          .join(""),
      );
      for (const line of text.trimEnd().split("\n")) assert.match(line, /^\w{2,6}\[secret\]\w{0,4}=*$/);
    }
  });

  it("hides each line of a value, trimmed too, but no brace; and what is cut off at either end", async () => {
    const secrets = { JSON: `{\n  "a": "b-c-d-e-f"\n}`, TOKEN: "abcdefghijklmnop" };
    const text = 'x "a": "b-c-d-e-f"\n{ } shown\nijklmnop and abcdefghij\n';
    assert.equal(await shown(text, { secrets }), "x [secret]\n{ } shown\n[secret] and [secret]\n");
  });

  it("hides values that overlap as one, and those with = in them", async () => {
    const secrets = { A: "left-middle", B: "middle-right", C: "x=y=" };
    assert.equal(await shown("left-middle-right x=y=z\n", { secrets }), "[secret] [secret]z\n");
  });

  it("is nothing at all when a value cannot be read, and all there is without secrets", async () => {
    const closed = "[not shown: the values of its secrets cannot be read to hide them]\n";
    assert.equal(await shown("text\n", { inspect: "exit 1" }), closed);
    assert.equal(await shown("text\n", { inspect: "echo" }), closed);
    assert.equal(await shown("text\n", { inspect: "echo null" }), closed);
    assert.equal(await shown("text\n", { inspect: "echo '[]'" }), closed);
    // One that the container has not needs no hiding.
    assert.equal(await shown("text one\n", { inspect: `echo '["TOKEN=one"]'` }), "text [secret]\n");
    const unknown = Object.keys(SECRETS).map((name) => `"${name}=\ufffd"`);
    assert.equal(await shown("text\n", { inspect: `echo '[${unknown.join()}]'` }), closed);
    assert.equal(await shown("text\n", { secrets: {} }), "text\n");
    assert.equal(await shown(""), "");
  });

  it("is cut to 1,800 bytes a line, between two characters, never in the middle of a secret", async () => {
    const [line = "", next] = (await shown(`${"é".repeat(1500)}\nnext\n`)).split("\n");
    assert.match(line, /^é{897} \[cut\]$/);
    assert.equal(next, "next");
    for (let at = 1700; at < 1810; at += 7) {
      const text = await shown(`${"a".repeat(at)}${PEM.split("\n")[1]}\n`);
      assert.doesNotMatch(text, /MII/);
    }
  });

  it("is the last lines that fit, also of 100 MB without a newline, and of what is no text", async () => {
    const many = await shown(Array.from({ length: 3000 }, (_, at) => Buffer.from(`line ${at}\n`)));
    assert.match(many, /^\[earlier lines left out\]\nline 2950\n[^]*\nline 2999\n$/);
    const wide = await shown(
      Array.from({ length: 50 }, (_, at) => Buffer.from(`${at} ${"w".repeat(5000)}\n`)),
    );
    assert.match(wide, /^\[earlier lines left out\]\n[^]*\n49 w+ \[cut\]\n$/);
    const endless = Array.from({ length: 100 }, () => Buffer.alloc(1_000_000, "x"));
    assert.match(await shown(endless), /^x{1794} \[cut\]\n$/);
    assert.match(await shown([...endless, Buffer.from("\nlast")]), /^x+ \[cut\]\nlast\n$/);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    assert.match(await shown([bytes]), /^\t\n !"#.*~\?+\n$/);
  });

  it("hides secrets in files, and shows nothing where these cannot be read", async () => {
    const json = JSON.stringify(["slipway.files={}", "slipway.secret=from a\nfile", "slipway.secret=zwei"]);
    const files = `case $* in cp*new:/run/slipway/000*) printf '%s\\n' ${quote(json)} >000 && tar -cf - 000 && rm 000 ;; inspect*) echo '["A=b"]' ;; esac`;
    const secrets = { "slipway.secret": "" };
    assert.equal(
      await shown("from a, zwei, file\n", { secrets, inspect: files }),
      "[secret], [secret], [secret]\n",
    );
    assert.match(await shown("zwei\n", { secrets, inspect: `echo '["A=b"]'` }), /^\[not shown: /);
  });
});

describe("what a command that failed has printed", () => {
  /** `problem` after a command, as sh has it, has failed. */
  const problemOf = async (command: string) => {
    const script = `${readScripts(["evidence"])}\nfails() { ${command}; return 3; }\ncapture fails\nprintf '%s|%s' $? "$problem"\n`;
    const variables = { NEW: "new", PRE_DEPLOY: "", SECRETS: "" };
    return (await runWithDocker(script, "", { variables })).stdout.toString();
  };
  const LONG = `head -c 20000 /dev/zero | tr '\\0' x`;

  it("is its last lines, without half of one, and never nothing where it has printed something", async () => {
    const said: Record<string, string> = {
      "": "",
      "echo out; echo err >&2": "out\nerr",
      [`${LONG}; echo; echo why`]: "why",
      [`${LONG}; echo`]: "[one line of over 16 KB]",
      [LONG]: "[one line of over 16 KB]",
    };
    for (const [command, problem] of Object.entries(said))
      assert.equal(await problemOf(command || ":"), `3|${problem}`, command);
  });
});
