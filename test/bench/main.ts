import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectors } from '../../detectors/index.ts';
import { printedAblation } from './ablation.ts';
import { benches, type Bench } from './benches.ts';
import { compare, isRegression, printedComparison } from './gate/compare.ts';
import { readReference, storeReference } from './gate/reference.ts';
import { scenariosOfRun } from './gate/scenarios.ts';
import { type BenchCommand, parseBench } from './options.ts';
import { type BenchOutcome, printed, thisMachine } from './report.ts';

/**
 * `npm run bench [-- OPTIONS NAME…]`: runs the benches, all of them unless named, prints one table and writes it to
 * `.bench/results.json`. `--quick` runs a small part of those that take minutes, which no stored figure is held against;
 * `--accept` stores this run's figures. Exit status 1 if a bench failed or a figure of the gate is worse than the stored one by more
 * than its tolerance, 2 for a wrong argument.
 */
const folder = '.bench';
const command = commandLine();
const { names, quick, accept: accepting } = command;
const help = benches.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n');
const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));

if (command.help) {
  console.log(
    `npm run bench -- [--quick] [--accept] [--days 1,3,10] [--period 10s] [--part 1/2] [--plant TYPE] [--scenario ID] [--speed N] [--seed N] [NAME…]\n\n${help}`,
  );
  process.exit(0);
}
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are:\n${help}`);
  process.exit(2);
}

function commandLine(): BenchCommand {
  try {
    return parseBench(process.argv.slice(2));
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : String(thrown));
    process.exit(2);
  }
}

async function outcomeOf({ run }: Bench): Promise<BenchOutcome> {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  try {
    const rows = await run(command);
    return { rows, seconds: seconds() };
  } catch (thrown) {
    return { rows: [], seconds: seconds(), failed: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}

const chosen = benches.filter(({ name }) => names.length === 0 || names.includes(name));
const outcomes: Record<string, BenchOutcome> = {};
const report = { machine: thisMachine(new Date()), benches: outcomes };
mkdirSync(folder, { recursive: true });
for (const bench of chosen) {
  process.stderr.write(`${bench.name} … `);
  const outcome = await outcomeOf(bench);
  process.stderr.write(`${outcome.failed === undefined ? '' : 'FAILED, '}${outcome.seconds} s\n`);
  outcomes[bench.name] = outcome;
  // after each bench, so that a run that is stopped keeps what it measured
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(report, undefined, 2)}\n`);
}
console.log(`\n${printed(report)}`);
const credits = Object.values(outcomes).flatMap(({ rows }) => rows.flatMap(({ credits: own = [] }) => own));
if (credits.length > 0)
  console.log(
    `\n${printedAblation(
      credits,
      detectors.map(({ type }) => type),
    )}`,
  );
console.log(`\nWritten to ${join(folder, 'results.json')}.`);
const comparisons = quick ? [] : compare(scenariosOfRun(command), readReference(), outcomes);
if (comparisons.length > 0) console.log(`\nAgainst test/bench/reference.json:\n${printedComparison(comparisons)}`);
const failed = Object.values(outcomes).some((outcome) => outcome.failed !== undefined);
if (accepting) storeReference(comparisons, report.machine);
process.exit(failed || (!accepting && comparisons.some(isRegression)) ? 1 : 0);
