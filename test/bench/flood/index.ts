import { AlertManager } from '../../../src/alerts/manager.ts';
import { VirtualClock } from '../../../src/core/clock.ts';
import { tagOf } from '../../support/detectors.ts';
import { MemoryAlerts } from '../../support/memory-alerts.ts';
import { tagFinding } from '../../support/tag-finding.ts';
import { cpuMs, type BenchRow, median } from '../row.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { flood, type FloodOutcome } from './run.ts';

const mb = 1_048_576;

/** CPU time of one alert from finding to stored change when so many begin at once, µs. */
function perAlertUs(count: number): number {
  const tags = new TagTable(Array.from({ length: count }, (_, i) => tagOf(`T${i}`, { equipment: `E${i}` })));
  const start = Date.UTC(2026, 0, 5);
  const clock = new VirtualClock(start);
  const manager = new AlertManager({ store: new MemoryAlerts(), clock, epoch: 'bench', tags });
  const took = cpuMs(() => {
    for (const tag of tags.tags) manager.take({ change: 'begin', finding: tagFinding(tags, tag.name, start) });
    manager.tick();
  });
  return (1_000 * took) / count;
}

/** Limits that are crossed at once on a whole monitor, beside a busy process; 5000 that flap. @param quick a tenth of both, for 20 s */
export async function benchFlood(quick: boolean): Promise<BenchRow[]> {
  const [few = Number.NaN, many = Number.NaN] = [2_000, 20_000].map((count) => median([1, 2, 3].map(() => perAlertUs(count))));
  const part = quick ? 10 : 1;
  const crossed = await flood({ limits: 10_000 / part, mode: 'crossed', seconds: quick ? 20 : 60 });
  const flapping = await flood({ limits: 5_000 / part, mode: 'flapping', seconds: quick ? 20 : 600 });
  return [
    { name: 'flood: alerts, finding to change', value: 1e6 / many, unit: 'alerts/s', note: 'of 20 000 that begin at once' },
    { name: 'flood: one alert of 20 000', value: many / few, unit: '× one of 2 000', note: 'CPU time; 1 is linear' },
    ...rowsOf(`${10_000 / part} limits crossed`, crossed),
    ...rowsOf(`${5_000 / part} limits flapping`, flapping),
  ];
}

function rowsOf(name: string, outcome: FloodOutcome): BenchRow[] {
  const row = (what: string, value: number, unit: string, note?: string): BenchRow => ({
    name: `flood: ${name}, ${what}`,
    value,
    unit,
    ...(note === undefined ? {} : { note }),
  });
  return [
    row('listed after', outcome.listedMs / 1_000, 's', `${outcome.listed} alerts; bar 10 s`),
    row('incidents', outcome.incidents, 'incidents', 'all have one supply; bar 1'),
    row('longest wait for a heartbeat', outcome.heartbeatMs / 1_000, 's', 'heartbeats are sent each second; bar 2 s'),
    row('longest answer', outcome.answerMs / 1_000, 's', 'of the HTTP API; bar 1 s'),
    row('messages', outcome.messages, 'messages', 'at a webhook'),
    row('memory', outcome.memory / mb, 'MB', `all processes; largest ${Math.round(outcome.largest / mb)} MB; bar 600 MB`),
    row('state.db', outcome.stateBytes / mb, 'MB', 'with its log; bar 200 MB'),
    row('alerts of the monitor itself', outcome.own.length, 'alerts', [...new Set(outcome.own)].join(', ') || 'none'),
  ];
}
