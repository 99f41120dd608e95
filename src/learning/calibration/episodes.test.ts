import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../core/detector.ts';
import type { Episode } from '../../core/episodes.ts';
import { joinGapMs, joinKey } from '../../core/join.ts';
import { Random } from '../../core/random.ts';
import { episodesOf } from './episodes.ts';
import type { JointChannel } from './joint.ts';
import type { Learned } from './learned.ts';
import { BlockMaxima, part } from './maxima.ts';
import { rarest } from './promise.ts';
import { reviewed } from './reviewed.ts';
import type { PlacedTrial } from './thresholds.ts';

const blocks = 60;
const minuteMs = 60_000;
const channels: readonly Channel[] = ['a', 'b', 'b', 'c'].map((equipment, i) => ({
  key: `${equipment}.${i}`,
  tags: [i],
  area: 'area',
  equipment,
}));
const nameOf = (tag: number): string => `T${tag}`;

/** Maxima of four channels at three places; `spread` is the time between blocks, in minutes. */
function learnedFrom(seed: number, spread: number): Learned {
  const random = new Random(seed);
  const outOfFold = new BlockMaxima(channels.length, blocks);
  const inSample = new BlockMaxima(channels.length, blocks);
  let time = 0;
  for (let block = 0; block < blocks; block++) {
    outOfFold.startedAt[block] = time;
    inSample.startedAt[block] = time;
    time += minuteMs * (random.next() < 0.1 ? 30 : spread);
    channels.forEach((_, channel) => {
      outOfFold.add(channel, block, -2 * Math.log(random.next()));
      inSample.add(channel, block, 0.5 + random.next());
    });
  }
  const moments = channels.map((_, channel) => ({ channel, block: 7, surprise: 9, sentence: `Of ${channel}.`, tags: ['X'] }));
  const plugin = { input: 'sample' as const, threshold: 'statistical' as const };
  const detector = { name: 'test', plugin, channels, offset: 0, baseline: null };
  const detectors = [
    { ...detector, stays: [undefined, 12, undefined, undefined], idle: [false, false, false, false], largest: [] },
  ];
  return { from: 0, to: time, coveredMs: time, rows: 600, detectors, outOfFold, inSample, moments };
}

function trialsOf(learned: Learned, begin: number, scale: number): PlacedTrial[] {
  return [0, 20, 40].map((from) => ({
    from,
    maxima: part(learned.outOfFold, from, from + 20),
    channels: channels.map(
      (channel, i): JointChannel => ({
        detector: 'range',
        key: joinKey(channel),
        area: channel.area,
        threshold: { begin: begin + 0.1 * i, end: 0.8 * begin },
        scale,
      }),
    ),
  }));
}

/** Blocks of a channel with an open finding, one by one; one below its threshold for half an hour ends, for the second time after an hour. */
function flagged(trial: PlacedTrial, under: readonly JointChannel[], channel: number): number[] {
  const { begin, end } = under[channel]?.threshold ?? { begin: Infinity, end: Infinity };
  const over = Math.min(0.95 * begin, Math.max(0.5 * begin, end));
  const { startedAt } = trial.maxima;
  let [isOpen, lapses, reachedAt] = [false, 0, startedAt[0] ?? 0];
  return [...trial.maxima.of(channel)].flatMap((value, block) => {
    const now = startedAt[block] ?? 0;
    if (value >= begin) reachedAt = now;
    if (value < over) lapses = 0;
    const isLapsed = now - reachedAt >= 30 * minuteMs * 2 ** lapses;
    const isOver = value >= (isOpen ? over : begin);
    if (isOpen && isOver && isLapsed) lapses++;
    isOpen = isOver && !isLapsed;
    return isOpen ? [trial.from + block] : [];
  });
}

/** Episodes by marking every block, place by place. */
function marked({ outOfFold: { startedAt } }: Learned, trials: readonly PlacedTrial[]) {
  return [...new Set(channels.map(joinKey))].flatMap((key) => {
    const own = channels.flatMap((channel, i) => (joinKey(channel) === key ? [i] : []));
    const of = (under: (trial: PlacedTrial) => readonly JointChannel[]): number[] =>
      [...new Set(trials.flatMap((trial) => own.flatMap((i) => flagged(trial, under(trial), i))))].toSorted((a, b) => a - b);
    const remaining = of((trial) => rarest(trial.channels));
    const stretches: number[][] = [];
    for (const block of of((trial) => trial.channels)) {
      const last = stretches.at(-1)?.at(-1);
      const gap = last === undefined ? Infinity : (startedAt[block] ?? 0) - (startedAt[Math.min(last + 1, block)] ?? 0);
      if (gap > joinGapMs) stretches.push([]);
      stretches.at(-1)?.push(block);
    }
    return stretches.map((stretch) => {
      const [first, last] = [stretch[0] as number, stretch.at(-1) as number];
      return { key, from: startedAt[first], lasting: remaining.some((block) => block >= first && block <= last) };
    });
  });
}

describe('episodes of a calibration', () => {
  it('are what a block-by-block marking finds, at every threshold, across the ends of parts and gaps in the data', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.constantFrom(3, 8, 12), fc.double({ min: 3, max: 9, noNaN: true }), (seed, spread, begin) => {
        const learned = learnedFrom(seed, spread);
        const trials = trialsOf(learned, begin, 0.5);
        const found = episodesOf(learned, trials, nameOf);
        const expected = marked(learned, trials);
        const keyed = (all: readonly { key: string; from: number | undefined; lasting: boolean }[]): string[] =>
          all.map(({ key, from, lasting }) => `${key} ${from} ${lasting}`).toSorted();
        if (expected.length <= 50)
          expect(keyed(found.map((one) => ({ key: joinKey(one), from: one.from, lasting: one.lasting })))).toEqual(
            keyed(expected),
          );
        expect(found.length).toBeLessThanOrEqual(50);
        const rank = found.map(({ lasting, score }) => (lasting ? 1e6 : 0) + score);
        expect(rank).toEqual(rank.toSorted((a, b) => b - a));
        for (const { score, from, to, tags, detectors, sentence } of found) {
          expect(score).toBeGreaterThanOrEqual(1);
          expect(to).toBeGreaterThan(from);
          expect([tags.length > 0, detectors, sentence.length > 0]).toEqual([true, ['test'], true]);
        }
      }),
      { numRuns: 60, seed: 20261128 },
    );
  });

  it('have the sentence and tags of a moment in them, and otherwise a plain one', () => {
    const learned = learnedFrom(3, 3);
    learned.outOfFold.add(0, 7, 50);
    learned.outOfFold.add(3, 30, 40);
    const [first, second] = episodesOf(learned, trialsOf(learned, 30, 0), nameOf);
    expect(first).toMatchObject({ equipment: 'a', sentence: 'Of 0.', tags: ['X'], lasting: true });
    expect(second).toMatchObject({ equipment: 'c', tags: ['T3'] });
    expect(second?.sentence).toMatch(/^c\.3: Its values are unusual\. Peak: 1\.\d+ times the threshold\.$/);
    const renamed = { ...learned, detectors: learned.detectors.map((detector) => ({ ...detector, name: 'profile' })) };
    expect(episodesOf(renamed, trialsOf(learned, 30, 0), nameOf)[1]?.sentence).toMatch(
      /^c\.3: A value is normal, but not at .* Peak: /,
    );
  });
});

describe('a reviewed calibration', () => {
  const episode = (equipment: string, from: number, to: number, as: 'normal' | 'exclude', lasting = true): Episode => ({
    id: `${equipment}@${from}`,
    from,
    to,
    area: 'area',
    equipment,
    tags: [],
    detectors: [],
    sentence: '',
    score: 1,
    lasting,
    decided: { as, by: 'engineer', at: 0 },
  });
  const drawn = fc.record({
    equipment: fc.constantFrom('a', 'b', 'c'),
    from: fc.nat(50),
    length: fc.integer({ min: 1, max: 4 }),
    as: fc.constantFrom('normal' as const, 'exclude' as const),
    lasting: fc.boolean(),
  });

  it('has no block of an excluded episode, and limits normal ones at their place to what their learner reports', () => {
    fc.assert(
      fc.property(fc.nat(99), fc.array(drawn, { maxLength: 5 }), (seed, all) => {
        const learned = learnedFrom(seed, 3);
        const { startedAt } = learned.outOfFold;
        const startOf = (block: number): number => startedAt[block] ?? learned.to;
        const episodes = all.map(({ equipment, from, length, as, lasting }) =>
          episode(equipment, startOf(from), startOf(from + length), as, lasting),
        );
        const isIn = (block: number, { from, to }: Episode): boolean => startOf(block) >= from && startOf(block) < to;
        const result = reviewed(learned, episodes);
        const left = Array.from({ length: blocks }, (_, block) => block).filter(
          (block) => !episodes.some((one) => one.decided?.as === 'exclude' && isIn(block, one)),
        );
        expect([...result.outOfFold.startedAt]).toEqual(left.map(startOf));
        expect(result.coveredMs).toBeCloseTo((learned.coveredMs * left.length) / blocks);
        expect(result.detectors[0]?.stays[1]).toBeCloseTo((12 * left.length) / blocks);
        for (const [i, channel] of channels.entries()) {
          const own = [...learned.inSample.of(i)];
          const expected = left.map((block) => {
            const known = episodes.filter(
              (one) => one.decided?.as === 'normal' && one.lasting && one.equipment === channel.equipment && isIn(block, one),
            );
            const limits = known.map((one) => Math.max(0, ...own.filter((_, at) => !isIn(at, one))));
            return Math.min(learned.outOfFold.at(i, block), ...limits);
          });
          expect([...result.outOfFold.of(i)]).toEqual(expected);
          const allowing = left.map((block, at) => {
            const value = learned.outOfFold.at(i, block);
            return expected[at] === value ? learned.inSample.at(i, block) : Math.min(value, 2 * learned.inSample.at(i, block));
          });
          expect([...result.inSample.of(i)]).toEqual(allowing.map(Math.fround));
        }
        for (const { block } of result.moments) expect(result.outOfFold.startedAt[block]).toBe(startOf(7));
      }),
      { numRuns: 100, seed: 20261128 },
    );
  });

  it('is refused if less than half of it would be left', () => {
    const learned = learnedFrom(1, 3);
    expect(() => reviewed(learned, [episode('a', 0, learned.outOfFold.startedAt[31] ?? 0, 'exclude')])).toThrow(
      'the excluded episodes cover 52 % of the calibration',
    );
  });
});
