import { existsSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { plantOf } from '../../../simulators/plants/index.ts';
import type { FindingChange } from '../../../src/core/finding.ts';
import { influencesOf } from '../../../src/detection/baseline/influences.ts';
import { stageOf, startOf } from './index.ts';
import type { KeptPairs } from './kept-pairs.ts';
import { keptPairsFile, readKeptPairs } from './kept-pairs.ts';
import { pairPlay, pairsOf } from './pairs.ts';
import { playScenarios } from './play.ts';

/**
 * `node test/bench/incidents/keep-pairs.ts [PLANT]` plays the pairs of events of a plant and writes their findings as input of a test. Pairs
 * that the file has are not played again; delete it to play all.
 */
const stage = await stageOf(plantOf(process.argv[2] ?? 'waterworks'));
const { type } = stage.plugin;
const file = keptPairsFile(type);
const plays: KeptPairs['plays'][number][] = [];
const before = existsSync(file) ? readKeptPairs(type).plays : [];
for (const { id, events } of pairsOf(type)) {
  const known = before.find((play) => play.id === id);
  if (known !== undefined) {
    plays.push(known);
    continue;
  }
  process.stderr.write(`${id} … `);
  const { findings } = await playScenarios(stage, events, { ...pairPlay, startedAt: startOf(id, pairPlay.seed) });
  plays.push({ id, findings: withoutRepeats(findings) });
}
const kept: KeptPairs = { influences: influencesOf(stage.baseline, stage.plan), plays };
writeFileSync(file, gzipSync(JSON.stringify(kept)));

/** Begins and ends, and updates that change the title or the contributing tags. */
function withoutRepeats(changes: readonly FindingChange[]): readonly FindingChange[] {
  const last = new Map<string, string>();
  return changes.filter(({ change, finding: { id, explanation, tags } }) => {
    const told = `${explanation.title} ${tags.join()}`;
    const isNews = change !== 'update' || last.get(id) !== told;
    last.set(id, told);
    return isNews;
  });
}
