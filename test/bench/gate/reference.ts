import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../report.ts';
import { accept, type Comparison, type Reference } from './compare.ts';

/** The figures that new ones are held against; committed. */
const file = fileURLToPath(new URL('../reference.json', import.meta.url));

export const readReference = (): Reference => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Reference) : {});

/** Puts the figures of a run in the place of the stored ones; those of benches that did not run stay. */
export function storeReference(comparisons: readonly Comparison[], { cpu, cores, node, date }: Machine): void {
  const machine = `${cpu}, ${cores} cores, Node ${node}`;
  writeFileSync(file, `${JSON.stringify(accept(readReference(), comparisons, date.slice(0, 10), machine), undefined, 2)}\n`);
}
