/** What stands in the place of a secret. */
const MASK = "[secret]";
/** Lines of a value that are shorter than this, such as a bracket, are no secret by themselves. */
const SHORTEST_LINE = 3;

/**
 * A function that puts a sign in the place of secrets, in whatever form a program prints them: as they are, each line
 * of one of several lines, as JSON, in an address, in base64.
 * @param values the secrets; empty ones are passed over
 */
export function masking(values: Iterable<string>): (text: string) => string {
  const forms = [...new Set([...values].flatMap(formsOf))].sort((a, b) => b.length - a.length);
  if (!forms.length) return (text) => text;
  const any = new RegExp(forms.map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|"), "g");
  return (text) => text.replace(any, MASK);
}

function formsOf(value: string): string[] {
  const lines = value.split(/\r\n|\n|\r/).map((line) => line.trim());
  const written = [value.trim(), ...lines.filter((line) => line.length >= SHORTEST_LINE)];
  return [...written.flatMap((text) => [text, inJson(text), inAddress(text)]), ...inBase64(value)].filter(
    Boolean,
  );
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inAddress(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // half a character, which no address can hold
  }
}

/**
 * Without its end, which depends on what follows the value, such as a line end; in lines of 76 as programs print it,
 * and in the alphabet for addresses.
 */
function inBase64(value: string): string[] {
  const bytes = Buffer.from(value);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  const text = whole.toString("base64");
  const forms = [text, ...(text.match(/.{1,76}/g) ?? []), whole.toString("base64url")];
  return forms.filter((form) => form.length >= 8);
}
