import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

describe('Random', () => {
  it('continues bit for bit from a saved state, also through JSON', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(50), (seed, drawn) => {
        const random = new Random(seed);
        for (let i = 0; i < drawn; i++) random.normal();
        const copy = new Random(0);
        copy.restore(JSON.parse(JSON.stringify(random.save())) as ReturnType<Random['save']>);
        for (let i = 0; i < 20; i++) expect(copy.normal()).toBe(random.normal());
      }),
      { seed: 11, numRuns: 50 },
    );
  });

  it('gives each name a stream that is independent of other names', () => {
    const a = new Random(7);
    const before = a.fork('CW.LT01').next();
    a.fork('another').next();
    a.next();
    expect(a.fork('CW.LT01').next()).toBe(before);
    expect(a.fork('CW.LT02').next()).not.toBe(before);
  });

  it('has the moments of a standard normal and of a uniform', () => {
    const random = new Random(3);
    const n = 200_000;
    let sum = 0;
    let squares = 0;
    let uniform = 0;
    for (let i = 0; i < n; i++) {
      const x = random.normal();
      sum += x;
      squares += x * x;
      uniform += random.next();
    }
    expect(Math.abs(sum / n)).toBeLessThan(0.01);
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.015);
    expect(Math.abs(uniform / n - 0.5)).toBeLessThan(0.005);
  });
});
