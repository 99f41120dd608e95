import { benchClients } from './clients/index.ts';
import { compare, printedComparison } from './gate/compare.ts';
import { clientsEnduranceScenarios, enduranceScenarios } from './gate/endurance.ts';
import type { GateScenario } from './gate/scenario.ts';
import { readReference, storeReference } from './gate/reference.ts';
import { Random } from '../../src/core/random.ts';
import { type LoadLine, type LoadScale, startLoad } from './load/run.ts';
import { printed, thisMachine } from './report.ts';
import type { BenchRow } from './row.ts';

/**
 * `npm run bench:endurance [-- [--accept] [--clients] [MINUTES [SEED]]]`: a load of both protocols for half an hour, with Modbus devices
 * that lose their port and connections and OPC UA servers that are killed, at random. A line a minute, and a table at the end;
 * `--accept` stores what a run of half an hour came to. Exit status 1 when the monitor ends early, memory grows, a tag falls silent, a
 * device that is back is not polled again, a value is wrong, a gap is not accounted for or anything is dropped. With `--clients` it is
 * the load of `npm run bench -- clients` instead: open pages on one protocol, without restarts.
 */
const wholeMinutes = 30;
const accepting = process.argv.includes('--accept');
const withClients = process.argv.includes('--clients');
const [minutes = wholeMinutes, seed = 1] = process.argv
  .slice(2)
  .filter((argument) => !argument.startsWith('--'))
  .map(Number);
/** The load of `npm run bench -- load`, and servers of the other protocol. */
const scale: LoadScale = { periodMs: 1_000, modbus: { devices: 100, tags: 1_000 }, opcua: { devices: 4, tags: 500 } };
const devices = scale.modbus.devices + scale.opcua.devices;
const totalS = minutes * 60;
/** Stores fill their caches up to their limits first; it is not counted. */
const warmS = Math.min(300, totalS / 6);
/** Each second so many devices go down, each for up to so many seconds. */
const fallingPerS = 0.5;
const mostDownS = 20;
/** No device goes down in the last so many seconds: each must be up again by the end, whatever its back-off. */
const restS = Math.min(120, totalS / 3);

const restarts = { modbus: 0, opcua: 0 };
if (withClients) judge('endurance-clients', clientsEnduranceScenarios, totalS, await clientRows());
else {
  const lines = await runLoad();
  judge('endurance', enduranceScenarios, lines.length, rowsOf(lines));
}

/** Prints the table, compares it with the bars, stores it if it was asked for, and sets the exit status. */
function judge(bench: string, scenarios: readonly GateScenario[], seconds: number, rows: readonly BenchRow[]): void {
  const machine = thisMachine(new Date());
  const outcome = { seconds, rows };
  console.log(`\n${printed({ machine, benches: { [bench]: outcome } })}`);
  const comparisons = compare(scenarios, readReference(), { [bench]: outcome });
  console.log(`\nAgainst test/bench/reference.json:\n${printedComparison(comparisons)}`);
  const whole = seconds >= totalS;
  if (!whole) console.log(`\nThe monitor ended after ${seconds} of ${totalS} s.`);
  if (accepting && whole && minutes >= wholeMinutes) storeReference(comparisons, machine);
  process.exitCode = whole && comparisons.every(({ bar }) => bar === undefined || bar.held) ? 0 : 1;
}

/** Open pages; an alarm recurs on the same device after ten minutes at the earliest, so that none chatters. */
async function clientRows(): Promise<BenchRow[]> {
  const onMinute = (text: string): void => console.log(text);
  return await benchClients({ seconds: totalS, warmS: warmS, alarmEveryS: 15, openings: 0, onMinute });
}

async function runLoad(): Promise<LoadLine[]> {
  const random = new Random(seed);
  await using load = await startLoad(scale);
  const down = new Map<number, number>();
  const lines: LoadLine[] = [];
  for await (const text of load.lines) {
    const line = JSON.parse(text) as LoadLine;
    lines.push(line);
    for (const [device, until] of down)
      if (lines.length >= until) {
        down.delete(device);
        load.device(device, 'up');
      }
    if (lines.length > warmS && lines.length < totalS - restS && random.next() < fallingPerS) {
      const device = Math.floor(random.next() * devices);
      if (!down.has(device)) {
        down.set(device, lines.length + 1 + Math.floor(random.next() * mostDownS));
        load.device(device, 'down');
        restarts[device < scale.modbus.devices ? 'modbus' : 'opcua']++;
      }
    }
    if (lines.length % 60 === 0) {
      const { rssMb, accounts } = line;
      const restarted = `${restarts.modbus} + ${restarts.opcua} restarts`;
      console.log(`${lines.length / 60} min: ${Math.round(rssMb)} MB, ${restarted}, ${JSON.stringify(accounts)}`);
    }
    if (lines.length >= totalS) break;
  }
  return lines;
}

function rowsOf(run: readonly LoadLine[]): BenchRow[] {
  const settled = run.slice(warmS);
  const third = Math.floor(settled.length / 3);
  const [first, last] = [settled[0], settled.at(-1)];
  if (first === undefined || last === undefined || third === 0)
    throw new Error(`the run was too short: ${run.length} s, of which ${warmS} do not count`);
  const mean = (part: readonly LoadLine[]): number => part.reduce((sum, { rssMb }) => sum + rssMb, 0) / part.length;
  const seconds = (last.at - first.at) / 1_000;
  const { wrong, unaccounted, gaps, away, good } = last.accounts;
  const row = (name: string, value: number, unit: string, note = ''): BenchRow => ({
    name: `endurance: ${name}`,
    value,
    unit,
    note,
  });
  const { modbus, opcua } = scale;
  return [
    row(
      'restarts',
      restarts.modbus + restarts.opcua,
      'count',
      `of ${modbus.devices} Modbus devices × ${modbus.tags} tags ${restarts.modbus}, of ${opcua.devices} OPC UA servers × ${opcua.tags} tags ${restarts.opcua}; ${minutes} min, seed ${seed}`,
    ),
    row('good samples', (good - first.accounts.good) / seconds, '1/s', 'while some devices are away'),
    row('CPU of the monitor', (last.cpuMs - first.cpuMs) / 1_000 / seconds, 'cores'),
    row('RSS of the monitor', last.rssMb, 'MB'),
    row('growth of RSS', 100 * (mean(settled.slice(-third)) / mean(settled.slice(0, third)) - 1), '%', 'first third to last'),
    row('wrong values', wrong, 'count'),
    row('unaccounted gaps', unaccounted, 'count', `of ${gaps}`),
    row('silent tags, at most', Math.max(...settled.map(({ accounts }) => accounts.silent)), 'count'),
    row('devices away at the end', away, 'count'),
    row('dropped observations', last.dropped, 'count'),
  ];
}
