import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import ts from "typescript";

/**
 * What an npm package of Pulumi declares, in the words of `schemaLines`: a line per property and enumeration value.
 * Properties are read from the package's declaration files; tokens and resource options, which are not in them, from
 * the JavaScript beside them. Fails on a type that it does not understand.
 */
export function declaredLines(packageFolder: string): Set<string> {
  const scripts = readdirSync(packageFolder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => readScript(path.join(packageFolder, file)))
    .filter(({ tokens }) => tokens.size > 0);
  const program = ts.createProgram(
    scripts.map(({ declarations }) => declarations),
    { module: ts.ModuleKind.NodeNext, types: [] },
  );
  const reader: Reader = { checker: program.getTypeChecker(), lines: new Set() };
  for (const { declarations, tokens, options } of scripts) {
    for (const line of options) reader.lines.add(line);
    for (const statement of program.getSourceFile(declarations)?.statements ?? []) {
      if (!ts.isClassDeclaration(statement) && !ts.isFunctionDeclaration(statement)) continue;
      const token = tokens.get(statement.name?.text ?? "");
      if (token === undefined) continue;
      if (ts.isClassDeclaration(statement)) readResource(reader, token, statement);
      else readFunction(reader, token, statement);
    }
  }
  return reader.lines;
}

interface Reader {
  checker: ts.TypeChecker;
  lines: Set<string>;
}

interface Script {
  declarations: string;
  /** The token of each class and function. */
  tokens: Map<string, string>;
  /** What the class always tells the engine: a line per property that is secret or asks for a replacement. */
  options: string[];
}

/** Generated code: at most one resource a file, with its token in `__pulumiType`; functions call `invoke("token"`. */
function readScript(file: string): Script {
  const code = readFileSync(file, "utf8");
  const tokens = new Map<string, string>();
  const [, resource = ""] = /^class (\w+) extends /m.exec(code) ?? [];
  const [, token = ""] = /__pulumiType = '([^']+)'/.exec(code) ?? [];
  if (token) tokens.set(resource, token);
  for (const [, name = "", called = ""] of code.matchAll(
    /^function (\w+)\([^]*?runtime\.invoke\w*\("([^"]+)"/gm,
  )) {
    tokens.set(name, called);
  }
  const options = [
    ...listed(code, "additionalSecretOutputs").map((property) => `${token} secret ${property}`),
    ...listed(code, "replaceOnChanges").map((property) => `${token} replaceOnChanges ${property}`),
  ];
  return { declarations: file.replace(/\.js$/, ".d.ts"), tokens, options };
}

/** The properties in `{ option: ["name", "list[*]"] }`. */
function listed(code: string, option: string): string[] {
  const [, list = ""] = new RegExp(`{ ${option}: \\[([^}]*)\\] }`).exec(code) ?? [];
  return [...list.matchAll(/"(\w+)(?:\[\*\])?"/g)].map(([, property = ""]) => property);
}

function readResource(reader: Reader, token: string, declaration: ts.ClassDeclaration): void {
  for (const member of declaration.members) {
    if (ts.isPropertyDeclaration(member) && member.type) {
      readType(reader, `${token} output ${member.name.getText()}`, member.type);
    }
    const args = ts.isConstructorDeclaration(member) ? member.parameters[1]?.type : undefined;
    if (args) readType(reader, `${token} input`, args);
  }
}

function readFunction(reader: Reader, token: string, declaration: ts.FunctionDeclaration): void {
  const [args] = declaration.parameters;
  if (args?.name.getText() === "args" && args.type) readType(reader, `${token} input`, args.type);
  if (declaration.type) readType(reader, `${token} output`, declaration.type);
}

const LEAVES = new Map([
  [ts.SyntaxKind.StringKeyword, "string"],
  [ts.SyntaxKind.NumberKeyword, "number"],
  [ts.SyntaxKind.BooleanKeyword, "boolean"],
  [ts.SyntaxKind.AnyKeyword, "any"],
]);

/** Adds the lines of one type; `within` are the interfaces it is a part of, which end a recursive type. */
function readType(reader: Reader, at: string, type: ts.TypeNode, within: readonly ts.Symbol[] = []): void {
  const leaf = LEAVES.get(type.kind);
  if (leaf !== undefined) {
    reader.lines.add(`${at}: ${leaf}`);
  } else if (ts.isUnionTypeNode(type)) {
    for (const part of type.types) readType(reader, at, part, within);
  } else if (ts.isArrayTypeNode(type)) {
    readType(reader, `${at}[]`, type.elementType, within);
  } else if (ts.isTypeLiteralNode(type)) {
    const [index] = type.members.filter(ts.isIndexSignatureDeclaration);
    if (!index) throw new Error(`${at}: not a map: ${type.getText()}`);
    readType(reader, `${at}{}`, index.type, within);
  } else if (ts.isTypeReferenceNode(type)) {
    readReference(reader, at, type, within);
  } else if (type.kind !== ts.SyntaxKind.UndefinedKeyword) {
    throw new Error(`${at}: not understood: ${type.getText()}`);
  }
}

function readReference(
  reader: Reader,
  at: string,
  type: ts.TypeReferenceNode,
  within: readonly ts.Symbol[],
): void {
  const name = type.typeName.getText();
  const [inner] = type.typeArguments ?? [];
  if (["pulumi.Input", "pulumi.Output", "Promise"].includes(name) && inner) {
    readType(reader, at, inner, within);
    return;
  }
  if (name === "pulumi.asset.Asset" || name === "pulumi.asset.Archive") {
    reader.lines.add(`${at}: ${name === "pulumi.asset.Asset" ? "asset" : "archive"}`);
    return;
  }
  const symbol = resolve(reader.checker, type.typeName);
  if (within.includes(symbol)) return;
  const declarations = symbol.declarations?.filter(ts.isInterfaceDeclaration) ?? [];
  for (const member of declarations.flatMap((declaration) => [...declaration.members])) {
    if (!ts.isPropertySignature(member) || !member.type)
      throw new Error(`${at}: not understood: ${member.getText()}`);
    const separator = at.endsWith(" input") || at.endsWith(" output") ? " " : ".";
    readType(reader, `${at}${separator}${member.name.getText()}`, member.type, [...within, symbol]);
  }
  if (declarations.length === 0) readEnumeration(reader, at, type);
}

/** `typeof Name[keyof typeof Name]`: a union of literals, or one alone. */
function readEnumeration(reader: Reader, at: string, type: ts.TypeReferenceNode): void {
  const meant = reader.checker.getTypeFromTypeNode(type);
  for (const literal of meant.isUnion() ? meant.types : [meant]) {
    if (!literal.isLiteral()) throw new Error(`${at}: not understood: ${type.getText()}`);
    reader.lines.add(`${at} = ${JSON.stringify(literal.value)}`);
  }
}

function resolve(checker: ts.TypeChecker, name: ts.EntityName): ts.Symbol {
  const symbol = checker.getSymbolAtLocation(name);
  if (!symbol) throw new Error(`${name.getText()}: not found`);
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
