import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/core/clock.ts';
import { Quarantine } from './quarantine.ts';

/** One session with a server that breaks it when a poisonous tag is requested. Returns true if the session broke. */
function session(quarantine: Quarantine, all: readonly number[], poison: ReadonlySet<number>, lost = false): boolean {
  const answered = new Set<number>();
  for (const group of quarantine.begin(all)) {
    quarantine.try(group);
    const asked = group.filter((position) => !quarantine.isHeld(position));
    if (lost || asked.some((position) => poison.has(position))) {
      quarantine.broke((position) => answered.has(position));
      return true;
    }
    for (const position of asked) answered.add(position);
    quarantine.passed();
  }
  return false;
}

describe('the quarantine', () => {
  it('finds exactly the tags that break sessions, in few sessions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.array(fc.nat(299), { maxLength: 3 }), (count, chosen) => {
        const all = Array.from({ length: count }, (_, i) => i);
        const poison = new Set(chosen.filter((position) => position < count));
        const quarantine = new Quarantine(new VirtualClock(0));
        let sessions = 0;
        while (session(quarantine, all, poison)) sessions++;
        expect(all.filter((position) => quarantine.isHeld(position))).toEqual([...poison].toSorted((a, b) => a - b));
        expect(sessions).toBeLessThanOrEqual(2 + poison.size * (2 * Math.ceil(Math.log2(count + 1)) + 2));
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('suspects no tag if the server is merely away, at any progress of the session', () => {
    const quarantine = new Quarantine(new VirtualClock(0));
    const all = Array.from({ length: 100 }, (_, i) => i);
    for (let i = 0; i < 20; i++) {
      session(quarantine, all, new Set(), true);
      session(quarantine, all, new Set());
    }
    expect(quarantine.begin(all)).toEqual([all]);
    // away for long: suspects are tried group by group, and all of them pass
    for (let i = 0; i < 3; i++) session(quarantine, all, new Set(), true);
    expect(session(quarantine, all, new Set())).toBe(false);
    expect(all.some((position) => quarantine.isHeld(position))).toBe(false);
  });

  it('tries a tag again after an hour', async () => {
    const clock = new VirtualClock(0);
    const quarantine = new Quarantine(clock);
    while (session(quarantine, [1, 2], new Set([2])));
    expect(quarantine.isHeld(2)).toBe(true);
    await clock.advance(3_600_000);
    expect(session(quarantine, [1, 2], new Set())).toBe(false);
    expect(quarantine.isHeld(2)).toBe(false);
  });
});
