import { type Alias, type Document, isAlias, isCollection, isMap, isPair, LineCounter, type Node, parseDocument } from 'yaml';
import { ScadaError } from '../core/errors.ts';
import { locator } from './problems.ts';

/** Most nodes to which all aliases of a file may expand together. A plant of 100 000 tags with shared limits stays below it. */
const mostAliasedNodes = 5_000_000;

/** A configuration file as plain values, with the line of each path. */
export interface ConfigDocument {
  readonly value: unknown;
  /** Line and column of a path, or of its nearest existing parent: `:12:5`. */
  readonly locate: (path: readonly PropertyKey[]) => string;
}

/**
 * Reads YAML 1.2.
 * @param file name for messages
 * @throws ScadaError CONFIG_UNREADABLE with line and column: invalid YAML, a repeated name, an alias that contains itself,
 * aliases that expand to more than five million nodes, or too deep nesting
 */
export function readDocument(text: string, file: string): ConfigDocument {
  const lines = new LineCounter();
  const unreadable = (offset: number, what: string, cause?: unknown): ScadaError => {
    const { line, col } = lines.linePos(offset);
    return new ScadaError('config', 'CONFIG_UNREADABLE', `${file}:${line}:${col} ${what}`, { cause });
  };
  try {
    // The library compares each name with all others of its map, which takes minutes for 60 000 tags.
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
    const [fault] = document.errors;
    if (fault !== undefined)
      throw unreadable(fault.pos[0], fault.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '', fault);
    new DocumentCheck(document, unreadable).check();
    return { value: document.toJS({ maxAliasCount: -1 }), locate: locator(document, lines) };
  } catch (thrown) {
    // Parser and conversion recurse; V8 limits their depth.
    if (thrown instanceof RangeError) throw unreadable(0, 'the file is nested too deeply to be read', thrown);
    throw thrown;
  }
}

/** Refuses valid YAML that cannot be a configuration. */
class DocumentCheck {
  readonly #document: Document;
  readonly #unreadable: (offset: number, what: string) => ScadaError;
  /** Collections that contain the current node. */
  readonly #around = new Set<Node>();
  /** Number of nodes of each collection after the expansion of aliases. */
  readonly #sizes = new Map<Node, number>();
  #aliased = 0;

  constructor(document: Document, unreadable: (offset: number, what: string) => ScadaError) {
    this.#document = document;
    this.#unreadable = unreadable;
  }

  check(): void {
    this.#sizeOf(this.#document.contents);
  }

  #sizeOf(node: unknown): number {
    if (isAlias(node)) return this.#sizeOfAlias(node);
    if (isPair(node)) return this.#sizeOf(node.key) + this.#sizeOf(node.value);
    if (!isCollection(node)) return 1;
    const known = this.#sizes.get(node);
    if (known !== undefined) return known;
    if (isMap(node)) this.#checkNames(node.items);
    this.#around.add(node);
    let size = 1;
    for (const item of node.items) size += this.#sizeOf(item);
    this.#around.delete(node);
    this.#sizes.set(node, size);
    return size;
  }

  #sizeOfAlias(alias: Alias): number {
    const target = alias.resolve(this.#document);
    if (target === undefined) return 1;
    const offset = alias.range?.[0] ?? 0;
    if (this.#around.has(target)) throw this.#unreadable(offset, `the alias *${alias.source} contains itself`);
    const size = this.#sizeOf(target);
    this.#aliased += size;
    if (this.#aliased > mostAliasedNodes)
      throw this.#unreadable(offset, `the aliases up to *${alias.source} expand to more than ${mostAliasedNodes} values`);
    return size;
  }

  #checkNames(items: readonly { readonly key: unknown }[]): void {
    const seen = new Set<string>();
    for (const { key } of items) {
      const name = String((key as { value?: unknown } | null)?.value);
      if (seen.has(name)) throw this.#unreadable((key as Node).range?.[0] ?? 0, 'this name is given twice');
      seen.add(name);
    }
  }
}
