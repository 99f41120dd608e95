import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Import {
  readonly from: string;
  /** Path in the repository, or the name of a package. */
  readonly to: string;
  readonly local: boolean;
  readonly typeOnly: boolean;
}

const statement = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const dynamic = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** TypeScript files of the repository, those that git ignores left out. */
export function sourceFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx', '*.js'], {
    encoding: 'utf8',
  });
  return listed.split('\n').filter((file) => file !== '' && !file.endsWith('.d.ts'));
}

export const isTest = (file: string): boolean => /\.(test|twin)\.tsx?$|\/testing\//.test(file) || file.startsWith('test/');

export function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = [...text.matchAll(statement)].map(([, type, to]) => ({ to: to ?? '', typeOnly: type !== undefined }));
  const lazy = [...text.matchAll(dynamic)].map(([, to]) => ({ to: to ?? '', typeOnly: false }));
  return [...found, ...lazy].map(({ to, typeOnly }) => {
    const local = to.startsWith('.');
    return { from: file, to: local ? normalize(join(dirname(file), to)) : packageName(to), local, typeOnly };
  });
}

/** The files that the first ones import, directly or by others, types included; the first ones too. */
export function reachedFrom(first: readonly string[]): string[] {
  const reached = new Set(first);
  // a set that grows while it is walked is walked to its end
  for (const file of reached) for (const { to, local } of importsOf(file)) if (local) reached.add(to);
  return [...reached];
}

/** Groups of nodes that reach each other, by Tarjan's algorithm: each group is a cycle. */
export function cyclesOf(next: ReadonlyMap<string, Iterable<string>>): string[][] {
  const order = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): number => {
    const at = order.size;
    let low = at;
    order.set(node, at);
    stack.push(node);
    for (const to of next.get(node) ?? []) {
      if (!next.has(to)) continue;
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (stack.includes(to)) low = Math.min(low, order.get(to) as number);
    }
    if (low === at) {
      const group = stack.splice(stack.indexOf(node));
      if (group.length > 1) cycles.push(group.toSorted());
    }
    return low;
  };
  for (const node of next.keys()) if (!order.has(node)) visit(node);
  return cycles;
}

const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
