import { type Load, type LoadLine, type LoadScale, startLoad } from './load/run.ts';
import { type BenchRow, median, pinned } from './row.ts';

const rounds = { whole: 7, quick: 1 };
/** Not counted: connections, first polls, code that is not compiled yet. */
const warmS = 20;
const measuredS = 40;
const scale: LoadScale = { periodMs: 1_000, modbus: { devices: 100, tags: 1_000 }, opcua: { devices: 0, tags: 0 } };
const { devices, tags } = scale.modbus;
const wanted = (devices * tags * 1_000) / scale.periodMs;

/** One run in figures. */
interface LoadRun {
  /** Samples per second, as a share of those wanted. */
  readonly good: number;
  readonly detectors: number;
  readonly historian: number;
  readonly cores: number;
  readonly rssMb: number;
  /** Values wrong, gaps unaccounted for, tags silent. */
  readonly wrong: number;
}

/** CPU and memory of the monitor under a load of simulated Modbus devices, through to detectors and historian. */
export async function benchLoad(quick = false): Promise<BenchRow[]> {
  const times = quick ? rounds.quick : rounds.whole;
  const runs: LoadRun[] = [];
  for (let round = 0; round < times; round++) {
    await using load = await startLoad(scale);
    runs.push(await measure(load));
  }
  const all = (of: keyof LoadRun): number[] => runs.map((run) => run[of]);
  const row = (name: string, of: keyof LoadRun, unit: string, note: string): BenchRow => ({
    name: `load: ${name}`,
    value: median(all(of)),
    unit,
    note,
  });
  const what = `${devices} devices × ${tags} tags each ${scale.periodMs} ms, before anything is learned`;
  const how = `median of ${times} runs of ${measuredS} s, simulators ${pinned ? 'on one core' : 'not pinned'}`;
  const from = (of: keyof LoadRun): string =>
    `from ${Math.min(...all(of)).toPrecision(3)} to ${Math.max(...all(of)).toPrecision(3)}`;
  return [
    row('good samples/s of those wanted', 'good', 'ratio', `${what}, ${how}`),
    row('samples/s into detectors, of those wanted', 'detectors', 'ratio', ''),
    row('samples/s into the historian, of those wanted', 'historian', 'ratio', ''),
    row('CPU of the monitor', 'cores', 'cores', `CPU seconds per second, ${from('cores')}`),
    row('RSS of the monitor', 'rssMb', 'MB', `after ${warmS + measuredS} s, ${from('rssMb')}`),
    {
      name: 'load: wrong values, unaccounted gaps, silent tags',
      value: Math.max(...all('wrong')),
      unit: 'count',
      note: 'the worst run',
    },
  ];
}

async function measure(load: Load): Promise<LoadRun> {
  const lines: LoadLine[] = [];
  for await (const line of load.lines) {
    lines.push(JSON.parse(line) as LoadLine);
    if (lines.length > warmS + measuredS) break;
  }
  const measured = lines.slice(warmS);
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined) throw new Error('the monitor said nothing');
  const seconds = (last.at - first.at) / 1_000;
  const share = (link: string): number => median(measured.map(({ chain }) => chain[link]?.perSecond ?? Number.NaN)) / wanted;
  const { wrong, unaccounted, silent } = last.accounts;
  return {
    good: (last.accounts.good - first.accounts.good) / seconds / wanted,
    detectors: share('detectors'),
    historian: share('historian'),
    cores: (last.cpuMs - first.cpuMs) / 1_000 / seconds,
    rssMb: last.rssMb,
    wrong: wrong + unaccounted + silent,
  };
}
