import { type LoadLine, startLoad } from './load/run.ts';
import { type BenchRow, median } from './row.ts';

/** How much is polled and for how long. */
export interface LoadScale {
  readonly devices: number;
  readonly tagsPerDevice: number;
  readonly periodMs: number;
  /** Not counted: connections, first polls, warm code. */
  readonly warmS: number;
  readonly measuredS: number;
}

const usual: LoadScale = { devices: 100, tagsPerDevice: 1_000, periodMs: 1_000, warmS: 30, measuredS: 60 };

/** CPU and memory of the monitor under a load of simulated Modbus devices, through to detectors and historian. */
export async function benchLoad(scale: LoadScale = usual): Promise<BenchRow[]> {
  const { devices, tagsPerDevice, periodMs, warmS, measuredS } = scale;
  await using load = await startLoad(devices, tagsPerDevice, periodMs);
  const lines: LoadLine[] = [];
  for await (const line of load.lines) {
    lines.push(JSON.parse(line) as LoadLine);
    if (lines.length > warmS + measuredS) break;
  }
  const measured = lines.slice(warmS);
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined) throw new Error('the monitor said nothing');
  const seconds = (last.at - first.at) / 1000;
  const wanted = (devices * tagsPerDevice * 1000) / periodMs;
  const got = (last.accounts.good - first.accounts.good) / seconds;
  const of = (name: string): number => median(measured.map(({ chain }) => chain[name]?.perSecond ?? Number.NaN));
  const what = `${devices} devices × ${tagsPerDevice} tags each ${periodMs} ms`;
  const { wrong, gaps, unaccounted, silent } = last.accounts;
  return [
    { name: 'load: good samples/s of those wanted', value: got / wanted, unit: 'ratio', note: what },
    { name: 'load: samples/s into detectors', value: of('detectors'), unit: '1/s' },
    { name: 'load: samples/s into the historian', value: of('historian'), unit: '1/s' },
    { name: 'load: CPU of the monitor', value: (last.cpuMs - first.cpuMs) / 1000 / seconds, unit: 'cores' },
    { name: 'load: RSS of the monitor', value: last.rssMb, unit: 'MB', note: `at the start ${Math.round(first.rssMb)}` },
    {
      name: 'load: wrong values, unaccounted gaps, silent tags',
      value: wrong + unaccounted + silent,
      unit: 'count',
      note: `${gaps} gaps, ${last.dropped} dropped`,
    },
  ];
}
