import { type BenchRow, median } from '../row.ts';
import { devices, scale, tagCount } from './plant.ts';
import { clientCount, type ClientsLine, startClients } from './run.ts';
import { Delays } from './tally.ts';

export interface ClientsOptions {
  readonly seconds: number;
  /** Not counted: connections, first polls, caches, code that is not compiled yet. */
  readonly warmS: number;
  /** Time between two alarms, s: one device after the other. */
  readonly alarmEveryS: number;
  /** How often the page is opened at the end. */
  readonly openings: number;
  readonly onMinute?: ((text: string) => void) | undefined;
}

/**
 * Open pages of many signed-in users on a large plant: delay from register to page, order of alerts and values, memory of the monitor,
 * and the time in which another page opens.
 */
export async function benchClients({ seconds, warmS, alarmEveryS, openings, onMinute }: ClientsOptions): Promise<BenchRow[]> {
  await using run = await startClients();
  await run.measure(warmS, alarmEveryS, () => {});
  const sums = new Sums();
  await run.measure(seconds, alarmEveryS, (line) => {
    sums.add(line);
    if (sums.lines.length % 60 === 0) onMinute?.(`${sums.lines.length / 60} min: ${sums.text()}`);
  });
  const { overview, tagList } = await run.openings(openings);
  const rows = sums.rows();
  if (openings === 0) return rows;
  const opening = (name: string, all: readonly number[]): BenchRow => ({
    name: `clients: ${name} opens`,
    value: median(all),
    unit: 's',
    note: `median of ${all.length} in Chromium beside the ${clientCount} clients, to ${Math.max(...all).toFixed(2)}`,
  });
  return [...rows, opening('the overview', overview), opening(`the list of ${tagCount / scale.areas} tags`, tagList)];
}

const counted = ['frames', 'wrong', 'silent', 'behind', 'unalarmed', 'skipped', 'failedRequests'] as const;

/** Adds the lines of a run. */
class Sums {
  readonly lines: ClientsLine['usage'][] = [];
  readonly #delays = new Delays();
  readonly #alerts = new Delays();
  readonly #answers = new Delays();
  readonly #counts = { frames: 0, wrong: 0, silent: 0, behind: 0, unalarmed: 0, skipped: 0, failedRequests: 0 };
  #open = 0;

  add({ usage, reports, open }: ClientsLine): void {
    this.lines.push(usage);
    for (const report of reports) {
      this.#delays.add(report.delays);
      this.#alerts.add(report.alerts);
      this.#answers.add(report.answers);
      for (const key of counted) this.#counts[key] += report[key];
    }
    this.#open = open;
  }

  text(): string {
    const { behind, wrong, skipped } = this.#counts;
    const last = this.lines.at(-1);
    return [
      `${Math.round(last?.rssMb ?? Number.NaN)} MB`,
      `p99 ${this.#delays.at(0.99)} ms`,
      `${this.#alerts.total} alerts, ${behind} behind`,
      `${wrong} wrong, ${skipped} skipped`,
    ].join(', ');
  }

  rows(): BenchRow[] {
    const { frames, wrong, silent, behind, unalarmed, skipped, failedRequests } = this.#counts;
    const [first, last] = [this.lines[0], this.lines.at(-1)];
    if (first === undefined || last === undefined) throw new Error('nothing was measured');
    const seconds = this.lines.length - 1;
    const row = (name: string, value: number, unit: string, note = ''): BenchRow => ({
      name: `clients: ${name}`,
      value,
      unit,
      note,
    });
    const spread = (of: Delays): string => `p50 ${of.at(0.5)}, max ${of.at(1)} ms, of ${of.total}`;
    const third = Math.max(1, Math.floor(this.lines.length / 3));
    const mean = (part: readonly { readonly rssMb: number }[]): number =>
      part.reduce((sum, { rssMb }) => sum + rssMb, 0) / part.length;
    return [
      row(
        'sample to frame, p99',
        this.#delays.at(0.99),
        'ms',
        `${clientCount} websockets, ${devices} devices × ${scale.registers} tags each ${scale.periodMs} ms, ${seconds + 1} s; ${spread(this.#delays)}`,
      ),
      row('sample to alert, p99', this.#alerts.at(0.99), 'ms', spread(this.#alerts)),
      row('alerts behind a later value', behind, 'count', `of ${this.#alerts.total}`),
      row('crossed limits without an alert', unalarmed, 'count'),
      row('wrong values', wrong, 'count'),
      row('silent tags', silent, 'count', 'summed over checks each second'),
      row('frames skipped', skipped, 'count', `${Math.round(frames / (seconds + 1))} frames/s sent`),
      row('pages that lost their link', clientCount - this.#open, 'count'),
      row('health answers, p99', this.#answers.at(0.99), 'ms', `${spread(this.#answers)}, ${failedRequests} failed`),
      row('CPU of the monitor', (last.cpuMs - first.cpuMs) / 1_000 / seconds, 'cores', 'with the historian'),
      row('RSS of the monitor', last.rssMb, 'MB', `${Math.round(last.allMb)} with the historian`),
      row(
        'growth of RSS',
        100 * (mean(this.lines.slice(-third)) / mean(this.lines.slice(0, third)) - 1),
        '%',
        'first third to last',
      ),
    ];
  }
}
