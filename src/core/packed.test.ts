import { execFileSync } from 'node:child_process';
import { deserialize, serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { pack, unpack } from './packed.ts';

const long = Array.from({ length: 16 }, (_, i) => i / 7);

it('keeps every value over a message', () => {
  const large = Object.fromEntries(long.map((value, i) => [`k${i}`, { value, list: long.map((one) => one + i) }]));
  const value = {
    a: [Number.NaN, -0, 1e300, Number.NEGATIVE_INFINITY, ...long],
    b: { c: [[1.5], ['x', null, 2.5], long], d: true },
    e: [],
    f: [...long, 'y'],
    g: undefined,
    large,
  };
  const packed = pack(value);
  for (const sent of [structuredClone(packed), deserialize(serialize(packed)) as typeof packed])
    expect(structuredClone(unpack(sent))).toEqual(value);
});

it('shares its memory, and makes the entries of a large record when they are read', () => {
  const record = Object.fromEntries(long.map((value, i) => [`k${i}`, [value]]));
  const packed = pack({ record, list: long });
  expect(packed.numbers).toEqual(new Float64Array(long));
  expect([packed.bytes, packed.numbers].map(({ buffer }) => buffer instanceof SharedArrayBuffer)).toEqual([true, true]);
  const read = unpack(packed) as { readonly record: typeof record };
  expect(read.record['k1']).toEqual(record['k1']);
  expect(read.record['k1']).not.toBe(read.record['k1']);
});

it('stores the numbers of a list contiguously', () => {
  const script = `
    const { pack, unpack } = await import(${JSON.stringify(new URL('./packed.ts', import.meta.url).href)});
    const list = ${JSON.stringify(long)};
    console.log(%HasDoubleElements(structuredClone(list)), %HasDoubleElements(unpack(structuredClone(pack(list)))));`;
  // only a process with natives syntax can check it
  const flags = ['--allow-natives-syntax', '--input-type=module', '-e', script];
  expect(execFileSync(process.execPath, flags, { encoding: 'utf8' }).trim()).toBe('false true');
});
