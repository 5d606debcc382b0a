import assert from "node:assert/strict";
import { masking } from "../../../lib/mask.ts";

const PEM = "-----BEGIN KEY-----\nMIIEvQIBADAN\nabc/def+ghi=\n-----END KEY-----\n";

describe("secrets in a text", () => {
  const masked = (text: string, ...values: string[]) => masking(values)(text);

  it("are masked wherever they stand, with what regular expressions use", () => {
    assert.equal(masked("a=p.w(1$) b=p.w(1$)x pxw(1$)", "p.w(1$)"), "a=[secret] b=[secret]x pxw(1$)");
  });

  it("are masked in each of their lines, with other line ends, and indented", () => {
    for (const line of PEM.trim().split("\n")) assert.equal(masked(`> ${line}\r`, PEM), "> [secret]\r");
    assert.equal(masked(PEM.replaceAll("\n", "\r\n"), PEM).includes("MII"), false);
    assert.equal(masked("a\n  MIIEvQIBADAN\nb", PEM), "a\n  [secret]\nb");
  });

  it("are masked the longest first, so that none is left of one that holds another", () => {
    assert.equal(masked("secret-and-more secret", "secret", "secret-and-more"), "[secret] [secret]");
  });

  it("are masked as JSON, in an address and in base64", () => {
    const value = 'pass "word"/ä\nsecond line';
    assert.equal(masked(JSON.stringify({ value }), value), '{"value":"[secret]"}');
    assert.equal(masked(`https://a:${encodeURIComponent(value)}@b`, value), "https://a:[secret]@b");
    for (const end of ["", "\n", "x"])
      assert.match(masked(Buffer.from(value + end).toString("base64"), value), /^\[secret\].{0,8}$/);
    assert.match(masked(Buffer.from(value).toString("base64url"), value), /^\[secret\].{0,4}$/);
    const long = PEM.repeat(3);
    const wrapped = Buffer.from(long).toString("base64").replace(/.{76}/g, "$&\n");
    assert.doesNotMatch(masked(wrapped, long), /\w{9}/);
  });

  it("may be short, or of characters that are no text", () => {
    assert.equal(masked("a 7 b", "7"), "a [secret] b");
    assert.equal(masked("a \ud800x b", "\ud800x"), "a [secret] b");
  });

  it("are no bracket or empty line of one of several lines, and nothing where there are none", () => {
    assert.equal(masked("{ } a", '{\n\n "key": "value"\n}'), "{ } a");
    assert.equal(masked("a b", ""), "a b");
    assert.equal(masked("a b"), "a b");
  });
});
