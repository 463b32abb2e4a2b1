/** The course's own types, read from their sources: which door has them, which file declares them, and what is in them. */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The folders of src that a part may import from, each by its door. */
const DOORS = ['vmm', 'machine', 'popek-goldberg'];

export interface Declared {
  /** As `src/vmm/vcpu.ts`. */
  readonly file: string;
  /** Of a type that is one of some words. */
  readonly words: readonly string[];
  /** Names of properties and functions of an object. */
  readonly members: readonly string[];
  /** Of a type that is one of several: its objects, what tells them apart, as `kind: 'mmio'`, and what each has. */
  readonly kinds: readonly { readonly label: string; readonly members: readonly string[] }[];
}

export class Declarations {
  private readonly root: string;
  private readonly sources = new Map<string, string>();
  private readonly exported = new Map<string, ReadonlySet<string>>();

  constructor(root: string) {
    this.root = root;
  }

  /** A type by its name. */
  find(name: string): Declared | undefined {
    const heading = new RegExp(`^export (?:type|interface|class) ${name}\\b`, 'm');
    for (const [file, text] of this.texts()) {
      if (!heading.test(text)) continue;
      const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
      const node = tree.statements.find((one): one is Named => isNamed(one) && one.name?.text === name);
      if (node) return { file, ...contentsOf(node) };
    }
    return undefined;
  }

  /** The words of a type as the checker writes it: `"S" | "U"`, `Emulated`, `Emulated | undefined`. */
  words(type: string): readonly string[] {
    return type.split(' | ').flatMap((one) => {
      const word = /^"(.*)"$/.exec(one);
      return word ? [word[1]] : /^[A-Z]\w*$/.test(one) ? (this.find(one)?.words ?? []) : [];
    });
  }

  /** What an object of a type has, as far as that type is ours or a `Record` of ours. */
  members(type: string): readonly string[] {
    const record = /^Record<(\w+), /.exec(type);
    return record ? this.words(record[1]) : (this.find(type)?.members ?? []);
  }

  /** ` It is in src/vmm/vcpu.ts.` for a type of ours, or nothing. */
  where(type: string): string {
    const name = /^(?:Record<)?(\w+)/.exec(type)?.[1];
    const file = name === undefined ? undefined : this.find(name)?.file;
    return file === undefined ? '' : ` ${name} is declared in ${file}.`;
  }

  /** `#machine` for a name that it exports. */
  door(name: string): string | undefined {
    const folder = DOORS.find((one) => this.names(`#${one}`).has(name));
    return folder && `#${folder}`;
  }

  /** Everything that a door exports. */
  names(door: string): ReadonlySet<string> {
    let names = this.exported.get(door);
    if (!names) {
      const index = path.join('src', door.slice(1), 'index.ts');
      names = new Set(fs.existsSync(path.join(this.root, index)) ? this.exportsOf(index) : []);
      this.exported.set(door, names);
    }
    return names;
  }

  /**
   * How a function of an interface is declared, `set(register: number, value: bigint)`, if there is only one of this name that takes
   * `count` arguments (`2`, `1-2`).
   */
  signature(method: string, count: string): string | undefined {
    const found = new Set<string>();
    const heading = new RegExp(`[{;\\n] *(${method}\\([^)]*\\)): `, 'g');
    for (const text of this.texts().values())
      for (const [, one] of text.matchAll(heading)) if (takes(one, count)) found.add(one);
    return found.size === 1 ? [...found][0] : undefined;
  }

  private exportsOf(file: string): string[] {
    const tree = ts.createSourceFile(file, this.read(file), ts.ScriptTarget.ES2022, true);
    return tree.statements.flatMap((node) => {
      if (ts.isExportDeclaration(node)) return this.passedOn(node, file);
      if (!/^export\b/.test(node.getText(tree))) return [];
      if (ts.isVariableStatement(node)) return node.declarationList.declarations.map((one) => one.name.getText(tree));
      return isNamed(node) && node.name ? [node.name.text] : [];
    });
  }

  private passedOn({ exportClause, moduleSpecifier }: ts.ExportDeclaration, from: string): string[] {
    if (exportClause)
      return ts.isNamedExports(exportClause)
        ? exportClause.elements.map((one) => one.name.text)
        : [exportClause.name.text];
    if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) return [];
    const target = path.join(path.dirname(from), moduleSpecifier.text);
    const file = [`${target}.ts`, path.join(target, 'index.ts')].find((one) =>
      fs.existsSync(path.join(this.root, one)),
    );
    return file ? this.exportsOf(file) : [];
  }

  private texts(): ReadonlyMap<string, string> {
    if (this.sources.size === 0) {
      for (const door of DOORS)
        for (const file of this.filesUnder(path.join('src', door))) this.sources.set(file, this.read(file));
    }
    return this.sources;
  }

  private filesUnder(folder: string): string[] {
    const full = path.join(this.root, folder);
    if (!fs.existsSync(full)) return [];
    return fs
      .readdirSync(full, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => path.join(folder, name).split(path.sep).join('/'));
  }

  private read(file: string): string {
    return fs.readFileSync(path.join(this.root, file), 'utf8');
  }
}

/** The most that a declared function takes is what the checker expected. */
const takes = (signature: string, count: string): boolean =>
  (signature.match(/\w\??: /g) ?? []).length === Number(count.split('-').at(-1));

type Named =
  ts.TypeAliasDeclaration | ts.InterfaceDeclaration | ts.ClassDeclaration | ts.FunctionDeclaration | ts.EnumDeclaration;

function isNamed(node: ts.Node): node is Named {
  return (
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isEnumDeclaration(node)
  );
}

function contentsOf(node: Named): Omit<Declared, 'file'> {
  if (!ts.isTypeAliasDeclaration(node))
    return { words: [], kinds: [], members: ts.isFunctionDeclaration(node) ? [] : membersOf(node.members) };
  const parts = ts.isUnionTypeNode(node.type) ? [...node.type.types] : [node.type];
  const objects = parts.filter(ts.isTypeLiteralNode);
  return {
    words: parts.flatMap((one) =>
      ts.isLiteralTypeNode(one) && ts.isStringLiteral(one.literal) ? [one.literal.text] : [],
    ),
    members: objects.length === 1 && parts.length === 1 ? membersOf(objects[0].members) : [],
    kinds:
      objects.length > 0 && parts.length > 1
        ? objects.map((one) => ({ label: labelOf(one), members: membersOf(one.members) }))
        : [],
  };
}

function membersOf(members: readonly (ts.TypeElement | ts.ClassElement | ts.EnumMember)[]): string[] {
  return [...new Set(members.flatMap((one) => (one.name && ts.isIdentifier(one.name) ? [one.name.text] : [])))];
}

/** `kind: 'mmio'`: the first property with a literal for its type. */
function labelOf({ members }: ts.TypeLiteralNode): string {
  const tag = members.find(
    (one) => ts.isPropertySignature(one) && one.type !== undefined && ts.isLiteralTypeNode(one.type),
  );
  return tag
    ? tag
        .getText()
        .replace(/^readonly /, '')
        .replace(/;$/, '')
    : '';
}
