/** What one of a rule's alternatives asks for. */
export interface Alternative {
  hosts: string[];
  paths: string[];
}

const TOKEN =
  /\s*(\(|\)|&&|\|\||(Host|PathPrefix)\(\s*((?:`[^`]*`|"[^"]*")(?:\s*,\s*(?:`[^`]*`|"[^"]*"))*)\s*\))\s*/y;

/**
 * The alternatives of a router's rule that is made of Host, PathPrefix, "&&", "||" and brackets.
 * @returns undefined where there is anything else in it. Source: https://doc.traefik.io/traefik/routing/routers/#rule
 */
export function parseRule(rule: string): Alternative[] | undefined {
  const tokens: { text: string; kind?: string; values: string[] }[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rule.length) {
    const [, text, kind, list = ""] = TOKEN.exec(rule) ?? [];
    if (text === undefined) return undefined;
    tokens.push({
      text,
      values: list.match(/[`"][^`"]*[`"]/g)?.map((each) => each.slice(1, -1)) ?? [],
      ...(kind && { kind }),
    });
  }
  let at = 0;
  const either = (): Alternative[] | undefined => {
    let found = both();
    while (found && tokens[at]?.text === "||") {
      at++;
      const more = both();
      found = more && [...found, ...more];
    }
    return found;
  };
  const both = (): Alternative[] | undefined => {
    let found = one();
    while (found && tokens[at]?.text === "&&") {
      at++;
      const more = one();
      found = more && found.flatMap((each) => more.map((other) => joined(each, other)));
    }
    return found;
  };
  const one = (): Alternative[] | undefined => {
    const token = tokens[at++];
    if (token?.kind)
      return token.values.map((value) =>
        token.kind === "Host" ? { hosts: [value.toLowerCase()], paths: [] } : { hosts: [], paths: [value] },
      );
    if (token?.text !== "(") return undefined;
    const inner = either();
    return tokens[at++]?.text === ")" ? inner : undefined;
  };
  const found = either();
  return at === tokens.length ? found : undefined;
}

function joined(one: Alternative, other: Alternative): Alternative {
  return { hosts: [...one.hosts, ...other.hosts], paths: [...one.paths, ...other.paths] };
}
