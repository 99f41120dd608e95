import { expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { response } from '../../detectors/response/index.ts';
import { substation } from '../../simulators/plants/substation/index.ts';
import { waterworks } from '../../simulators/plants/waterworks/index.ts';
import { TagTable } from '../../src/core/tag.ts';
import { influencesOf } from '../../src/detection/baseline/influences.ts';
import { planDetection } from '../../src/detection/plan/plan.ts';
import { readShipped } from '../../src/learning/baselines/shipped.ts';
import { waterworksPlan } from '../bench/waterworks/plant.ts';
import { exampleConfig } from '../support/plants.ts';
import { tagOf } from '../support/detectors.ts';

it('the shipped baseline knows which flows and levels of other areas follow each other, and nothing else', async () => {
  const plan = waterworksPlan();
  const baseline = waterworks.shipped && (await readShipped(waterworks.shipped.file));
  if (baseline === undefined) throw new Error('the waterworks ship no baseline; run npm run lab:baseline');
  const areaOf = new Map(plan.tags.map(({ name, area }) => [name, area]));
  const across = influencesOf(baseline, plan)
    .map(({ tags }) => tags)
    .filter(([a, b]) => areaOf.get(a) !== areaOf.get(b))
    .map(([a, b]) => `${areaOf.get(a)} ${areaOf.get(b)}`);
  // the intake fills the clearwell through the filters, the pumps empty it, and what they take arrives in the main of the network
  expect([...new Set(across)].toSorted((a, b) => a.localeCompare(b))).toEqual([
    'clearwell network',
    'clearwell pumping',
    'clearwell treatment',
    'intake clearwell',
    'pumping network',
  ]);
});

it('the shipped baseline of the substation knows the loads of its feeders as terms of one sum', async () => {
  const baseline = substation.shipped && (await readShipped(substation.shipped.file));
  if (baseline === undefined) throw new Error('the substation ships no baseline; run npm run lab:baseline -- substation');
  const feederOf = (name: string): string | undefined => /^F\d/.exec(name)?.[0];
  const across = influencesOf(baseline, planDetection(exampleConfig(substation)))
    .filter(({ tags, isSum }) => isSum === true && new Set(tags.map(feederOf)).size === 2 && tags.every(feederOf))
    .map(({ tags }) => tags.toSorted((a, b) => a.localeCompare(b)).join(' '));
  expect(across.toSorted((a, b) => a.localeCompare(b))).toEqual([
    'F1.P F2.P',
    'F1.P F3.P',
    'F1.P F4.P',
    'F2.P F3.P',
    'F2.P F4.P',
    'F3.P F4.P',
  ]);
});

it('a damaged baseline has no influences, in any detector', () => {
  const tags = new TagTable([tagOf('A')]);
  const knowing = detectors.flatMap(({ type, influences }) => (influences === undefined ? [] : [{ type, influences }]));
  expect(knowing.map(({ type }) => type)).toEqual(['response', 'relations', 'balance']);
  for (const { influences } of knowing) {
    const damaged = [null, 3, {}, { groups: { a: {} } }, { version: 1, groups: { a: { tags: ['A'] } } }, { answers: 3 }];
    expect(damaged.flatMap((baseline) => influences(baseline as never, tags))).toEqual([]);
  }
});

it('an answer that similar machines learned together is one of each machine', () => {
  const names = ['P1.CMD', 'P2.CMD', 'P1.AMP', 'P2.AMP', 'FT'];
  const tags = new TagTable(names.map((name) => tagOf(name)));
  const pairsOf = (baseline: unknown): readonly string[] =>
    (response.influences?.(baseline as never, tags) ?? []).map((influence) => influence.tags.join(' '));
  expect(pairsOf({ answers: { 'P#.CMD → P#.AMP': {}, 'P#.CMD → FT': {} } })).toEqual([
    'P1.CMD P1.AMP',
    'P2.CMD P2.AMP',
    'P1.CMD FT',
    'P2.CMD FT',
  ]);
});
