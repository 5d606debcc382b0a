import assert from "node:assert/strict";
import { formsFound, secretForms } from "../../secret-forms.ts";

const SECRET = 'p@ss "w\\ord"/+ü=x\n  second line';

describe("what looks for secrets in all that tests leave", () => {
  it("finds each form of one, wherever it stands, and nothing in what has none", () => {
    for (const [form, written] of secretForms(SECRET))
      assert.ok(formsFound(`before ${written} behind`, [SECRET]).includes(form), form);
    for (const before of ["", "a", "ab"]) {
      const bytes = Buffer.from(`${before}${SECRET} and more`);
      for (const code of [bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("hex")])
        assert.notDeepEqual(formsFound(code, [SECRET]), [], code);
    }
    assert.deepEqual(formsFound("p@ss word, second lin", [SECRET]), []);
  });
});
