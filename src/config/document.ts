import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  Parser,
} from 'yaml';
import { ScadaError } from '../core/errors.ts';
import { locator } from './problems.ts';

/** Most nodes to which all aliases of a file may expand together. A plant of 100 000 tags with shared limits stays below it. */
const mostAliasedNodes = 5_000_000;

/** Most characters of a file: more than a plant of 100 000 tags has. */
const mostCharacters = 64 * 2 ** 20;
/** Deepest nesting of lists and maps: more than ten times that of a configuration. */
const mostDepth = 100;

/** A configuration file as plain values, with the line of each path. */
export interface ConfigDocument {
  readonly value: unknown;
  /** Line and column of a path, or of its nearest existing parent: `:12:5`. */
  readonly locate: (path: readonly PropertyKey[]) => string;
}

export interface DocumentOptions {
  /** Most nodes to which aliases may expand; 0 refuses aliases. Default: five million. */
  readonly aliasedNodes?: number;
}

/**
 * Reads YAML 1.2, in linear time and with a bounded stack.
 * @param file name for messages
 * @throws ScadaError CONFIG_UNREADABLE with line and column: invalid YAML, a name that is repeated, reserved or no text, an alias that
 * contains itself, too many aliased nodes, too many characters, or nesting of more than 100 levels
 */
export function readDocument(
  text: string,
  file: string,
  { aliasedNodes = mostAliasedNodes }: DocumentOptions = {},
): ConfigDocument {
  const lines = new LineCounter();
  const unreadable = (offset: number, what: string, cause?: unknown): ScadaError => {
    const { line, col } = lines.linePos(offset);
    return new ScadaError('config', 'CONFIG_UNREADABLE', `${file}:${line}:${col} ${what}`, { cause });
  };
  if (text.length > mostCharacters) throw unreadable(0, `the file has more than ${mostCharacters} characters`);
  const document = compose(text, lines, unreadable);
  const [fault] = document.errors;
  if (fault !== undefined)
    throw unreadable(fault.pos[0], fault.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '', fault);
  new DocumentCheck(document, unreadable, aliasedNodes).check();
  return { value: document.toJS({ maxAliasCount: -1 }), locate: locator(document, lines) };
}

type Unreadable = (offset: number, what: string, cause?: unknown) => ScadaError;

/** Reads the syntax tree token by token: what follows recurses, so that the depth is bounded here. */
function compose(text: string, lines: LineCounter, unreadable: Unreadable): Document {
  // The library compares each name with all others of its map, which takes minutes for 60 000 tags.
  const composer = new Composer({ lineCounter: lines, uniqueKeys: false });
  const [first, second] = composer.compose(tokens(text, lines, unreadable), true, text.length);
  if (second !== undefined) throw unreadable(second.range[0], 'a second document begins here');
  // the composer yields a document also for an empty file
  return first as Document;
}

function* tokens(text: string, lines: LineCounter, unreadable: Unreadable): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    // one level of the stack is the document
    if (parser.stack.length > mostDepth + 1)
      throw unreadable(parser.offset, `the file is nested too deeply to be read: more than ${mostDepth} levels`);
  }
  yield* parser.end();
}

/** Refuses valid YAML that cannot be a configuration. */
class DocumentCheck {
  readonly #document: Document;
  readonly #unreadable: Unreadable;
  readonly #mostAliased: number;
  /** Collections that contain the current node. */
  readonly #around = new Set<Node>();
  /** Number of nodes of each collection after the expansion of aliases. */
  readonly #sizes = new Map<Node, number>();
  #aliased = 0;

  constructor(document: Document, unreadable: Unreadable, mostAliased: number) {
    this.#document = document;
    this.#unreadable = unreadable;
    this.#mostAliased = mostAliased;
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
    if (this.#mostAliased === 0) throw this.#unreadable(offset, `the alias *${alias.source} is not permitted in this file`);
    if (this.#aliased > this.#mostAliased)
      throw this.#unreadable(offset, `the aliases up to *${alias.source} expand to more than ${this.#mostAliased} values`);
    return size;
  }

  #checkNames(items: readonly { readonly key: unknown }[]): void {
    const seen = new Set<string>();
    for (const { key } of items) {
      const offset = (key as Node | null)?.range?.[0] ?? 0;
      // a list or a map as a name: its text takes exponential time where such names are nested
      if (isCollection(key) || isAlias(key)) throw this.#unreadable(offset, 'a name must be a text');
      const name = String(isScalar(key) ? key.value : null);
      // schemas and plain objects would lose it silently
      if (name === '__proto__')
        throw this.#unreadable(offset, 'the name __proto__ is a reserved word of JavaScript: choose another name');
      if (seen.has(name)) throw this.#unreadable(offset, 'this name is given twice');
      seen.add(name);
    }
  }
}
