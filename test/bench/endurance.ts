import { Random } from '../../src/core/random.ts';
import { type LoadLine, startLoad } from './load/run.ts';

/**
 * `npm run bench:endurance [-- MINUTES [SEED]]`: the load of the bench for half an hour, with devices that lose their port and
 * connections at random. A line a minute, and at the end one of JSON. Exit status 1 when the monitor ends early, memory grows, a tag falls
 * silent, a device that is back is not polled again, a value is wrong or a gap is not accounted for.
 */
const minutes = Number(process.argv[2] ?? 30);
const seed = Number(process.argv[3] ?? 1);
const devices = 100;
/** Stores fill their caches up to their limits first; it is not counted. */
const warmS = 300;
/** Each second so many devices go down, each for up to so many seconds. */
const fallingPerS = 0.5;
const mostDownS = 20;
/** No device goes down in the last so many seconds: each must be up again by the end, whatever its back-off. */
const restS = 120;
/** Growth from the first third to the last that still counts as flat, in percent. */
const mostGrowth = 10;

const random = new Random(seed);
await using load = await startLoad(devices, 1_000, 1_000);
const down = new Map<number, number>();
const lines: LoadLine[] = [];
let restarts = 0;
for await (const text of load.lines) {
  const line = JSON.parse(text) as LoadLine;
  lines.push(line);
  for (const [device, until] of down)
    if (lines.length >= until) {
      down.delete(device);
      load.device(device, 'up');
    }
  if (lines.length > warmS && lines.length < minutes * 60 - restS && random.next() < fallingPerS) {
    const device = Math.floor(random.next() * devices);
    if (!down.has(device)) {
      down.set(device, lines.length + 1 + Math.floor(random.next() * mostDownS));
      load.device(device, 'down');
      restarts++;
    }
  }
  if (lines.length % 60 === 0) {
    const { rssMb, accounts } = line;
    console.log(`${lines.length / 60} min: ${Math.round(rssMb)} MB, ${restarts} restarts, ${JSON.stringify(accounts)}`);
  }
  if (lines.length >= minutes * 60) break;
}
const settled = lines.slice(warmS);
const third = Math.floor(settled.length / 3);
const mean = (part: readonly LoadLine[]): number => part.reduce((sum, { rssMb }) => sum + rssMb, 0) / part.length;
const growth = 100 * (mean(settled.slice(-third)) / mean(settled.slice(0, third)) - 1);
const last = settled.at(-1);
if (last === undefined || third === 0)
  throw new Error(`the run was too short: ${lines.length} s, of which ${warmS} do not count`);
const { wrong, unaccounted, gaps, away } = last.accounts;
const silent = Math.max(...settled.map(({ accounts }) => accounts.silent));
const cpu = (last.cpuMs - (settled[0]?.cpuMs ?? 0)) / (last.at - (settled[0]?.at ?? 0));
console.log(
  `${minutes} min, seed ${seed}, ${restarts} restarts: RSS ${Math.round(last.rssMb)} MB, growth ${growth.toFixed(1)} %, ` +
    `${cpu.toFixed(2)} cores; ${gaps} gaps, ${unaccounted} unaccounted; ${wrong} wrong values; at most ${silent} silent tags; ${last.dropped} dropped`,
);
const seconds = (last.at - (settled[0]?.at ?? 0)) / 1000;
const goodPerS = (last.accounts.good - (settled[0]?.accounts.good ?? 0)) / seconds;
const whole = lines.length >= minutes * 60;
const passed = whole && growth < mostGrowth && wrong + unaccounted + silent + away + last.dropped === 0;
const { rssMb, dropped } = last;
console.log(
  JSON.stringify({
    passed,
    whole,
    minutes,
    seed,
    restarts,
    rssMb,
    growth,
    cores: cpu,
    goodPerS,
    gaps,
    unaccounted,
    wrong,
    silent,
    away,
    dropped,
  }),
);
process.exitCode = passed ? 0 : 1;
