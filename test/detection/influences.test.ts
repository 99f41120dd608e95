import { expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { response } from '../../detectors/response/index.ts';
import { waterworks } from '../../simulators/plants/waterworks/index.ts';
import { TagTable } from '../../src/core/tag.ts';
import { influencesOf } from '../../src/detection/baseline/influences.ts';
import { readShipped } from '../../src/learning/baselines/shipped.ts';
import { waterworksPlan } from '../bench/waterworks/plant.ts';
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
  // the intake fills the clearwell through the filters, the pumps empty it and supply the network
  expect([...new Set(across)].toSorted((a, b) => a.localeCompare(b))).toEqual([
    'clearwell pumping',
    'clearwell treatment',
    'intake clearwell',
    'intake treatment',
    'pumping network',
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
