import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { plants } from '../../../simulators/plants/index.ts';
import { allScenarios, scenariosOf } from '../../../simulators/scenarios/index.ts';
import { type Measured, measuredFile, parseMeasured } from '../../../simulators/scenarios/measured.ts';
import { sourceHash } from '../everyday/kept.ts';
import { played, stageOf } from '../incidents/index.ts';
import { KeptOutcomes } from '../incidents/kept.ts';
import { parseBench } from '../options.ts';
import { coveragePage } from './matrix.ts';
import { alertsOf, normalDay, normalDayId } from './normal-day.ts';
import { playablePlants } from './playable-plants.ts';

/** Seeds of the plants on which each scenario is played, at the speed of the machine's clock. */
const playedSeeds = [1, 2, 3];
const playedSpeed = 1;
const pageFile = 'docs/attack-coverage.md';

/**
 * `npm run bench:scenarios [-- --plant TYPE --scenario ID --seed N]`: plays every shipped scenario with three random seeds of its plant through the path of
 * `npm run bench -- incidents`, and a normal day of each plant, and writes the coverage page. A run that was interrupted continues: plays of the same code are kept, also those of `incidents`.
 * With options it plays a part; the page then has the kept plays and this part. `--page` plays nothing and writes the page from the
 * stored results, for a change of the list of scenarios.
 */
const stored = parseMeasured(readFileSync(measuredFile, 'utf8'), measuredFile);
if (process.argv.includes('--page')) {
  write(stored);
  process.exit(0);
}
const { plant, scenario, seed } = parseBench(process.argv.slice(2));
const code = sourceHash('incidents');
// before the plays, because a run takes an hour
const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim();
const kept = new KeptOutcomes(code);
let isNew = false;
const { chosen, note } = playablePlants(plant);
if (note !== undefined) process.stderr.write(`${note}\n`);
const seeds = playedSeeds.filter((one) => seed === undefined || one === seed);
for (const plugin of chosen) {
  const stage = await stageOf(plugin);
  const own = scenariosOf(plugin.type).filter(({ id }) => scenario === undefined || id === scenario);
  // seed by seed, so that an interrupted run has some plays of each scenario
  for (const of of seeds.map((one) => ({ speed: playedSpeed, seed: one }))) {
    for (const one of own.filter(({ id }) => kept.of({ id, ...of }) === undefined)) {
      const began = performance.now();
      const { coverage } = kept.keep(await played(stage, { id: one.id, events: [one], ...of }));
      const seconds = Math.round((performance.now() - began) / 1_000);
      isNew = true;
      process.stderr.write(`${one.id}, seed ${of.seed}: ${JSON.stringify(coverage)}, ${seconds} s\n`);
    }
    if (scenario !== undefined || kept.of({ id: normalDayId(plugin.type), ...of }) !== undefined) continue;
    const { incidents } = kept.keep(await normalDay(stage, of));
    isNew = true;
    process.stderr.write(`normal day, seed ${of.seed}: ${incidents.map(({ title }) => title).join('; ') || 'no alert'}\n`);
  }
}
const plays = allScenarios().flatMap(({ id }) =>
  playedSeeds.flatMap((own) => kept.of({ id, speed: playedSpeed, seed: own })?.coverage ?? []),
);
const origin =
  isNew || stored.code !== code
    ? { commit, measuredOn: new Date().toISOString().slice(0, 10) }
    : { commit: stored.commit, measuredOn: stored.measuredOn };
const normalDays = plants.flatMap(({ type }) =>
  playedSeeds.flatMap((own) => {
    const day = kept.of({ id: normalDayId(type), speed: playedSpeed, seed: own });
    return day === undefined ? [] : { plant: type, seed: own, alerts: alertsOf(day) };
  }),
);
write({ code, ...origin, seeds: playedSeeds, plays, normalDays });

function write(measured: Measured): void {
  writeFileSync(measuredFile, `${JSON.stringify(measured, undefined, 2)}\n`);
  writeFileSync(pageFile, coveragePage(measured, allScenarios()));
  process.stderr.write(`${measured.plays.length} plays written to ${pageFile}\n`);
}
