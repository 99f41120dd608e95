// Long: 10 000 requests take a minute on a busy machine. signin-flood.test.ts sends 600. `npm run bench -- sign-in` has the shipped cost.
import { describe, expect, it } from 'vitest';
import { signInDuringFlood } from './testing/flood.ts';

describe('during a flood of guesses', () => {
  it('the administrator signs in from a known device during 10 000 wrong sign-ins, also behind the same address', async () => {
    const { administrator, guesses, waits } = await signInDuringFlood({ rounds: 20, wrongPerRound: 500 });
    expect(administrator).toEqual(Array(21).fill(200));
    expect(waits).toEqual(Array(21).fill({ ended: 0, running: expect.toSatisfy((guess: number) => guess <= 1) as number }));
    // wrong, delayed, or refused by the full queue: never accepted, never an error
    expect([...guesses.keys()].filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
    expect([...guesses.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000);
    expect(guesses.get(429)).toBeGreaterThan(0);
  }, 600_000);
});
