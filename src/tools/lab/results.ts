import { existsSync, readFileSync } from 'node:fs';
import { scoreScenario } from '../../core/scenario-score.ts';
import { ScadaError } from '../../core/errors.ts';
import type { InstructorEntry, LabControl, LabResult, LabStatus, TruthRange } from '../../core/lab.ts';
import type { AlertFeed } from '../../core/monitor.ts';
import type { Logger } from '../../core/plugin.ts';
import { ReplacedFile } from '../../data-directory/writes.ts';

/** Most results in the file. */
const mostKept = 50;
/** Most alerts of one scenario that are scored. */
const mostAlerts = 1_000;

/** Stores the scores of ended scenarios in a file of the data directory. */
export class LabResults {
  readonly #file: ReplacedFile;
  #results: readonly LabResult[];
  /** True values of the running scenario, from its start. */
  #truth: TruthRanges | undefined;
  /** The same behind the tags of the scenario. */
  #behind: TruthRanges = {};

  /** @throws ScadaError CONFIG_INVALID when the file cannot be read */
  constructor(file: string, logger: Logger) {
    this.#file = new ReplacedFile(file, (message) => logger.error(`results of the lab are not saved: ${message}`));
    this.#results = existsSync(file) ? parse(file) : [];
  }

  /** Result of the scenario that ended last. */
  get last(): LabResult | undefined {
    return this.#results.at(-1);
  }

  /** Scores every scenario when it ends. @returns function that stops it */
  watch(lab: Pick<LabControl, 'status' | 'onChange' | 'scenarios' | 'instructor'>, alerts: Pick<AlertFeed, 'find'>): () => void {
    let before = lab.status().running;
    return lab.onChange(() => {
      const status = lab.status();
      if (status.running !== undefined && before?.startedAt !== status.running.startedAt) {
        this.#truth = {};
        this.#behind = {};
      }
      if (this.#truth !== undefined) this.#truth = widened(this.#truth, status.truth);
      if (status.running !== undefined) this.#behind = widened(this.#behind, status.behind ?? {});
      const ended = before;
      before = status.running;
      if (ended !== undefined && ended.startedAt !== status.running?.startedAt) this.#score(ended, status, lab, alerts);
    });
  }

  /** Replaces the notes of the last result: the instructor writes after the end too. */
  keepNotes(notes: readonly InstructorEntry[]): void {
    const { last } = this;
    if (last === undefined) return;
    this.#results = [...this.#results.slice(0, -1), { ...last, notes }];
    this.#file.put(JSON.stringify(this.#results));
  }

  /** Resolves when no write is pending. */
  async settled(): Promise<void> {
    await this.#file.settled();
  }

  #score(
    { scenario: id, startedAt, endsAt }: NonNullable<LabStatus['running']>,
    status: LabStatus,
    { scenarios, instructor }: Pick<LabControl, 'scenarios' | 'instructor'>,
    alerts: Pick<AlertFeed, 'find'>,
  ): void {
    const scenario = scenarios.find((one) => one.id === id);
    if (scenario === undefined) return;
    // a stopped scenario ended before its planned time
    const endedAt = Math.min(endsAt, status.events.at(-1)?.time ?? endsAt);
    const raised = alerts.find({ from: startedAt, limit: mostAlerts });
    const { counted, ...score } = scoreScenario(scenario, startedAt, raised, endedAt);
    const ids = counted.map((alert) => alert.id);
    const behind = this.#truth === undefined ? undefined : this.#behind;
    this.#keep({
      scenario: id,
      startedAt,
      endedAt,
      ...score,
      effects: status.effects ?? [],
      counted: ids,
      truth: this.#truth,
      behind,
      hints: instructor?.hints ?? [],
      notes: instructor?.notes ?? [],
    });
    this.#truth = undefined;
  }

  #keep(result: LabResult): void {
    // true values of the last one are enough for its debrief
    const older = this.#results.slice(1 - mostKept).map((score) => ({ ...score, truth: undefined, behind: undefined }));
    this.#results = [...older, result];
    this.#file.put(JSON.stringify(this.#results));
  }
}

type TruthRanges = Readonly<Record<string, TruthRange>>;

/** The ranges with further values. */
function widened(ranges: TruthRanges, values: Readonly<Record<string, number>>): TruthRanges {
  const entries = Object.entries(values).map(([name, value]): [string, TruthRange] => {
    const { begin, low, high } = ranges[name] ?? { begin: value, low: value, high: value };
    return [name, { begin, low: Math.min(low, value), high: Math.max(high, value), end: value }];
  });
  return { ...ranges, ...Object.fromEntries(entries) };
}

function parse(file: string): readonly LabResult[] {
  try {
    const results: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(results)) return results as readonly LabResult[];
  } catch (cause) {
    throw unreadable(file, cause);
  }
  throw unreadable(file);
}

const unreadable = (file: string, cause?: unknown): ScadaError =>
  new ScadaError('config', 'CONFIG_INVALID', `${file} holds no results of the lab`, {
    hint: 'remove it: the results of earlier exercises are then lost',
    cause,
  });
