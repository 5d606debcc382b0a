/** The ways in which a secret is written by who did not mean to: none of them may be found where it must not be. */
export function secretForms(value: string): Map<string, string> {
  const bytes = Buffer.from(value);
  // At each of the three places that it may have among threes of bytes, without what its neighbours have a share in.
  const base64 = [0, 1, 2].map((shift) => {
    const code = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return code.slice(shift && shift + 1, code.length - 1);
  });
  const forms = new Map<string, string>([
    ["as it is", value],
    ...value.split("\n").map((line, index): [string, string] => [`line ${index + 1}`, line.trim()]),
    ["as JSON", JSON.stringify(value).slice(1, -1)],
    ["as JSON in JSON", JSON.stringify(JSON.stringify(value)).slice(3, -3)],
    ["in a URL", encodeURIComponent(value)],
    ["in a form", new URLSearchParams({ v: value }).toString().slice(2)],
    ...base64.map((code, shift): [string, string] => [`in base64, ${shift} bytes on`, code]),
    ...base64.map((code, shift): [string, string] => [
      `in base64 for URLs, ${shift} bytes on`,
      code.replaceAll("+", "-").replaceAll("/", "_"),
    ]),
    ["in hexadecimal", bytes.toString("hex")],
    ["in hexadecimal, capitals", bytes.toString("hex").toUpperCase()],
    ["quoted for a shell", value.replaceAll("'", `'\\''`)],
  ]);
  return new Map([...forms].filter(([, form]) => form.length >= 8));
}

/** In which forms a text has one of the secrets. */
export function formsFound(text: Buffer | string, secrets: readonly string[]): string[] {
  const bytes = Buffer.from(text);
  return secrets.flatMap((value) =>
    [...secretForms(value)].flatMap(([form, written]) => (bytes.includes(written) ? [form] : [])),
  );
}
