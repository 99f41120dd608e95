import { expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import type { MinorChange, MinorEnd, MinorFinding } from '../core/minor.ts';
import type { MinorLimits, MinorStore } from '../core/state.ts';
import { minorBounds, MinorFindings } from './minor-findings.ts';

const findingOf = (channel: string, more: Partial<MinorFinding> = {}): MinorFinding => ({
  id: `range/${channel}/1`,
  detector: 'range',
  channel,
  area: 'clearwell',
  equipment: 'CW',
  tags: [channel],
  since: 0,
  updatedAt: 1_000,
  score: 0.7,
  peak: 0.7,
  title: 'Level is high',
  sentence: 'Level is high.',
  ...more,
});
const begin = (channel: string, more: Partial<MinorFinding> = {}): MinorChange => ({
  change: 'begin',
  finding: findingOf(channel, more),
});
const figures = (channel: string, score: number, updatedAt = 2_000) => ({
  id: `range/${channel}/1`,
  updatedAt,
  score,
  peak: score,
});
const end = (channel: string, why: MinorEnd): MinorChange => ({ change: 'end', update: figures(channel, 0.9), end: why });

/** Store in memory that records each call of `trim`. */
class FakeStore implements MinorStore {
  readonly saved = new Map<string, MinorFinding>();
  readonly trims: MinorLimits[] = [];
  saves = 0;
  open = (): MinorFinding[] => [...this.saved.values()].filter(({ endedAt }) => endedAt === undefined);
  save = (finding: MinorFinding): void => {
    this.saves++;
    this.saved.set(finding.id, finding);
  };
  ended = (): MinorFinding[] => [...this.saved.values()].filter(({ endedAt }) => endedAt !== undefined);
  trim = (limits: MinorLimits): void => void this.trims.push(limits);
}

function start(store = new FakeStore(), now = 100 * 86_400_000) {
  const clock = new VirtualClock(now);
  return { store, clock, minor: new MinorFindings({ store, clock }) };
}

it('ranks open ones by score, and stores begin, end and reason', () => {
  const { minor, store } = start();
  minor.take([begin('A'), begin('B', { score: 0.9 }), begin('C')]);
  minor.take([{ change: 'update', update: { ...figures('C', 0.95), words: { tags: ['C', 'D'], title: 't', sentence: 's' } } }]);
  expect(minor.open().map(({ channel, tags }) => [channel, tags])).toEqual([
    ['C', ['C', 'D']],
    ['B', ['B']],
    ['A', ['A']],
  ]);
  expect(store.saves).toBe(3);
  minor.take([end('C', 'finding')]);
  expect(store.ended()).toMatchObject([{ channel: 'C', peak: 0.9, endedAt: 2_000, end: 'finding', sentence: 's' }]);
  expect(minor.open()).toHaveLength(2);
});

it('has at most 500 open: a higher score displaces the lowest', () => {
  const { minor, store } = start();
  for (let i = 0; i < minorBounds.open; i++) minor.take([begin(`T${i}`, { score: 0.7 + i / 10_000 })]);
  minor.take([begin('weak', { score: 0.65 })]);
  expect(minor.open()).toHaveLength(500);
  minor.take([begin('strong', { score: 0.95 })]);
  expect(minor.open()).toHaveLength(500);
  expect(minor.open()[0]?.channel).toBe('strong');
  expect(store.ended()).toMatchObject([{ channel: 'T0', end: 'displaced' }]);
  minor.take([{ change: 'update', update: figures('T0', 0.99) }, end('T0', 'normal')]);
  expect(minor.open()).toHaveLength(500);
});

it('bounds the size of each, and has the store keep 30 days and 50 MB', () => {
  const { minor, store, clock } = start();
  const long = 'x'.repeat(5_000);
  for (let i = 0; i < 500; i++) {
    const channel = `T${i}`;
    minor.take([begin(channel, { title: long, sentence: long, tags: Array.from({ length: 90 }, () => 'tag') })]);
    minor.take([end(channel, 'normal')]);
  }
  const sizes = [...store.saved.values()].map((one) => JSON.stringify(one).length);
  expect(Math.max(...sizes)).toBeLessThan(1_200);
  expect(store.trims).toHaveLength(5);
  expect(store.trims[0]).toEqual({ before: clock.now() - 30 * 86_400_000, bytes: 49_000_000 });
});

it('continues open ones of an earlier run that the detectors confirm, and ends the others with a reason', () => {
  const { store, minor: earlier } = start();
  earlier.take([begin('A'), begin('B'), begin('C')]);
  const { minor, clock } = start(store);
  expect(minor.open()).toHaveLength(3);
  minor.take([{ change: 'update', update: figures('A', 0.8) }]);
  minor.take([begin('B', { id: 'range/B/2' })]);
  clock.set(clock.now() + 299_000);
  minor.tick();
  expect(minor.open()).toHaveLength(3);
  clock.set(clock.now() + 1_000);
  minor.tick();
  expect(minor.open().map(({ id }) => id)).toEqual(['range/A/1', 'range/B/2']);
  expect(store.ended().map(({ id, end: why }) => [id, why])).toEqual([
    ['range/B/1', 'restarted'],
    ['range/C/1', 'restarted'],
  ]);
  minor.restarted();
  clock.set(clock.now() + 300_000);
  minor.tick();
  expect(minor.open()).toEqual([]);
});
