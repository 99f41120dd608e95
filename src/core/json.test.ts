import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { Json } from './detector.ts';
import { packed } from './json.ts';

it('packs the numbers of a value from another thread without changing the value', () => {
  const value: Json = { a: [0.5, -0, 1e300], b: { c: [[1.5], ['x', null, 2.5]], d: true }, e: [] };
  expect(packed(structuredClone(value) as Json)).toEqual(value);
  const kinds = execFileSync(process.execPath, ['--allow-natives-syntax', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(kinds.trim()).toBe('false true');
});

/** True if V8 stores the numbers of an array unboxed, before and after. Only a process with natives syntax can check it. */
const script = `
  const { packed } = await import(${JSON.stringify(new URL('./json.ts', import.meta.url).href)});
  const cloned = structuredClone([0.5, 1.5]);
  console.log(%HasDoubleElements(cloned), %HasDoubleElements(packed(cloned)));`;
