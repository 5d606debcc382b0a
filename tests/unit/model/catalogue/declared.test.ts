import assert from "node:assert/strict";
import { type Declared, declaredFor } from "../../../../model/catalogue/declared.ts";

describe("what services.ts exports", () => {
  const services = [{ name: "web" }];
  const bases = [{ name: "base" }];
  const secrets = [{ name: "key" }];

  it("is lists, or functions of the stack, or by default a function of the stack, an object or the services", () => {
    const perStack = (stack: string) => [{ name: stack }];
    const forms: [object, Partial<Declared>][] = [
      [
        { services, bases, secrets },
        { services, bases, secrets },
      ],
      [
        { services: perStack, bases },
        { services: [{ name: "prod" }], bases },
      ],
      [
        { default: perStack, secrets },
        { services: [{ name: "prod" }], secrets },
      ],
      [
        { default: (stack: string) => ({ services: perStack(stack), bases }) },
        { services: [{ name: "prod" }], bases },
      ],
      [{ default: { services: perStack } }, { services: [{ name: "prod" }] }],
      [{ default: services }, { services }],
      // Anything else is the schema's to refuse.
      [{ services, servces: perStack }, { services, servces: perStack } as Partial<Declared>],
    ];
    for (const [exports, declared] of forms) assert.deepEqual(declaredFor(exports, "prod"), declared);
  });

  it("fails where a function fails, gives nothing, a promise or no list, or a list is there twice", () => {
    const broken: [object, string][] = [
      [
        {
          services: () => {
            throw new Error("no such stack");
          },
        },
        'services.ts/services: fails for stack "prod": Error: no such stack',
      ],
      [
        { services, secrets: () => undefined },
        'services.ts/secrets: gives nothing for stack "prod"; expected a list. Is a return missing?',
      ],
      [
        { default: () => null },
        'services.ts/default: gives nothing for stack "prod"; expected { services: [...] }. Is a return missing?',
      ],
      [
        { services: () => Promise.reject(new Error("later")) },
        'services.ts/services: gives a promise for stack "prod"; expected a list. Leave out async',
      ],
      [
        { default: () => Promise.resolve(services) },
        'services.ts/default: gives a promise for stack "prod"; expected { services: [...] }. Leave out async',
      ],
      [
        { services: () => ({ web: {} }) },
        'services.ts/services: is no list for stack "prod", got {"web":{}}; expected a list',
      ],
      [
        { services: () => () => services },
        'services.ts/services: is no list for stack "prod", got a function; expected a list',
      ],
      [
        { default: { services }, services },
        "services.ts/services: is exported, and in the default export. Leave one of them out",
      ],
    ];
    for (const [exports, message] of broken)
      assert.throws(() => declaredFor(exports, "prod"), { name: "UserError", message });
  });
});
