import { type Document, isMap, isSeq, type LineCounter, type Node, type Pair, type YAMLMap } from 'yaml';
import type { ZodError } from 'zod';
import { ScadaError } from '../core/errors.ts';

/** A problem of a configuration with its path. */
export interface ConfigProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Problems of a schema below `prefix`. Each unknown key is a separate problem with its own line. */
export function schemaProblems(error: ZodError, prefix: readonly PropertyKey[] = []): ConfigProblem[] {
  return error.issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path, message }));
    if (issue.code !== 'unrecognized_keys') return [{ path, message: textOf(issue) }];
    return issue.keys.map((key) => ({ path: [...path, key], message: 'unknown setting' }));
  });
}

/** zod's message, with a clearer text for a missing setting. */
function textOf({ code, message }: ZodError['issues'][number]): string {
  const expected = /^Invalid input: expected (.*), received undefined$/.exec(message)?.[1];
  if (code === 'invalid_type' && expected !== undefined) return `this setting is missing (${expected})`;
  return message.replace(/^Invalid input: /, '');
}

/** Most lines of one error: users correct the first ones first. */
const mostLines = 200;

/**
 * Combines problems into one error with a line each: `plant.yaml:12:5 tags.CW.LT01.unit: …`.
 * @param then second half of the hint: the step after the correction
 */
export function configError(
  file: string,
  problems: readonly ConfigProblem[],
  locate: (path: readonly PropertyKey[]) => string,
  then = `run \`scadawatch check ${file}\``,
): ScadaError {
  const lines = problems.slice(0, mostLines).map(({ path, message }) => `${file}${locate(path)} ${showPath(path)}: ${message}`);
  if (problems.length > mostLines) lines.push(`and ${problems.length - mostLines} more problems`);
  return new ScadaError('config', 'CONFIG_INVALID', lines.join('\n'), {
    hint: `Correct ${problems.length === 1 ? 'this line' : 'these lines'} and ${then}.`,
  });
}

/** Finds line and column of a path in a parsed YAML document, or of the nearest existing parent: `:12:5`. */
export function locator(document: Document, lines: LineCounter): (path: readonly PropertyKey[]) => string {
  return (path) => {
    let node: unknown = document.contents;
    let start = 0;
    for (const key of path) {
      const next = childOf(node, key);
      if (next === undefined) break;
      node = next.value;
      start = next.start;
    }
    const { line, col } = lines.linePos(start);
    return `:${line}:${col}`;
  };
}

/** Items of a map by name, cached per map: a file may have a problem in each of 60 000 tags. */
const namesOf = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function itemsByName(map: YAMLMap): ReadonlyMap<string, Pair> {
  let items = namesOf.get(map);
  if (items === undefined) {
    items = new Map(map.items.map((item) => [String((item.key as { value?: unknown } | null)?.value), item]));
    namesOf.set(map, items);
  }
  return items;
}

function childOf(node: unknown, key: PropertyKey): { value: unknown; start: number } | undefined {
  if (isMap(node)) {
    const pair = itemsByName(node).get(String(key));
    return pair === undefined ? undefined : { value: pair.value, start: startOf(pair.key) };
  }
  if (isSeq(node)) {
    const item = node.items[Number(key)];
    return item === undefined ? undefined : { value: item, start: startOf(item) };
  }
  return undefined;
}

const startOf = (node: unknown): number => (node as Node).range?.[0] ?? 0;

function showPath(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '(file)' : path.map((key) => String(key)).join('.');
}

/** Reports an unknown name with the known ones. Returns an empty list. */
export function unknownName(
  problems: ConfigProblem[],
  path: readonly PropertyKey[],
  what: string,
  name: string,
  known: readonly string[],
): never[] {
  const some = known.slice(0, 8).join(', ');
  problems.push({ path, message: `there is no ${what} ${name}; known: ${some}${known.length > 8 ? ' …' : ''}` });
  return [];
}
