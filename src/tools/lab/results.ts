import { existsSync, readFileSync } from 'node:fs';
import { scoreScenario } from '../../core/scenario-score.ts';
import { ScadaError, toScadaError } from '../../core/errors.ts';
import type { CampaignResult, InstructorEntry, LabControl, LabResult, LabStatus, TruthRange } from '../../core/lab.ts';
import type { AlertFeed } from '../../core/monitor.ts';
import type { Logger } from '../../core/plugin.ts';
import { ReplacedFile } from '../../data-directory/writes.ts';

/** Most results in the file. */
const mostKept = 50;
/** Most events of the timeline that are kept with a scenario of a campaign. */
const mostEvents = 200;
/** Most alerts of one scenario that are scored. */
const mostAlerts = 1_000;

/** Stores the scores of ended scenarios in a file of the data directory. */
export class LabResults {
  readonly #file: ReplacedFile;
  readonly #onFault: (thrown: unknown) => void;
  #results: readonly CampaignResult[];
  /** True values of the running scenario, from its start. */
  #truth: TruthRanges | undefined;
  /** The same behind the tags of the scenario. */
  #behind: TruthRanges = {};
  #scoring: LabStatus['running'];

  /** @throws ScadaError CONFIG_INVALID when the file cannot be read */
  constructor(file: string, logger: Logger) {
    this.#onFault = (thrown) => logger.error(`results of the lab are not saved: ${toScadaError(thrown).message}`);
    this.#file = new ReplacedFile(file, this.#onFault);
    this.#results = existsSync(file) ? parse(file) : [];
  }

  /** Scenario that has ended and whose score is being computed. It is shown as running, so that its end is shown with its score. */
  get scoring(): LabStatus['running'] {
    return this.#scoring;
  }

  /** Result of the scenario that ended last. */
  get last(): LabResult | undefined {
    const last = this.#results.at(-1);
    if (last === undefined) return undefined;
    // pages receive it each second, beside the timeline that has these events
    const { events: _events, ...result } = last;
    return result;
  }

  /** Results of the campaign that began last, in the order of its scenarios; empty without one. */
  get campaignResults(): readonly CampaignResult[] {
    const campaign = this.#results.findLast((one) => one.campaign !== undefined)?.campaign;
    return campaign === undefined ? [] : this.#results.filter((one) => one.campaign?.startedAt === campaign.startedAt);
  }

  /** Scores every scenario when it ends. @returns function that stops it */
  watch(lab: Pick<LabControl, 'status' | 'onChange' | 'scenarios' | 'instructor'>, alerts: Pick<AlertFeed, 'find'>): () => void {
    let before = lab.status().running;
    return lab.onChange(() => {
      const shown = lab.status();
      const status = shown.running === this.#scoring ? { ...shown, running: undefined } : shown;
      if (status.running !== undefined && before?.startedAt !== status.running.startedAt) {
        this.#truth = {};
        this.#behind = {};
      }
      if (this.#truth !== undefined) this.#truth = widened(this.#truth, status.truth);
      if (status.running !== undefined) this.#behind = widened(this.#behind, status.behind ?? {});
      const ended = before;
      before = status.running;
      if (ended !== undefined && ended.startedAt !== status.running?.startedAt)
        void this.#score(ended, status, lab, alerts)
          .catch(this.#onFault)
          .finally(() => {
            if (this.#scoring === ended) this.#scoring = undefined;
          });
    });
  }

  /** Replaces the notes of the last result: the instructor writes after the end too. */
  keepNotes(notes: readonly InstructorEntry[]): void {
    const last = this.#results.at(-1);
    if (last === undefined) return;
    this.#results = [...this.#results.slice(0, -1), { ...last, notes }];
    this.#file.put(JSON.stringify(this.#results));
  }

  /** Resolves when no write is pending. */
  async settled(): Promise<void> {
    await this.#file.settled();
  }

  async #score(
    ended: NonNullable<LabStatus['running']>,
    status: LabStatus,
    { scenarios, instructor }: Pick<LabControl, 'scenarios' | 'instructor'>,
    alerts: Pick<AlertFeed, 'find'>,
  ): Promise<void> {
    const { scenario: id, startedAt, endsAt } = ended;
    const scenario = scenarios.find((one) => one.id === id);
    if (scenario === undefined) return;
    // a stopped scenario ended before its planned time
    const endedAt = Math.min(endsAt, status.events.at(-1)?.time ?? endsAt);
    this.#scoring = ended;
    // the next scenario of a campaign may begin while the alerts are read
    const truth = this.#truth;
    const behind = truth === undefined ? undefined : this.#behind;
    this.#truth = undefined;
    const raised = await alerts.find({ from: startedAt, limit: mostAlerts });
    const { counted, ...score } = scoreScenario(scenario, startedAt, raised, endedAt);
    const ids = counted.map((alert) => alert.id);
    this.#keep({
      scenario: id,
      startedAt,
      endedAt,
      ...score,
      effects: status.effects ?? [],
      counted: ids,
      truth,
      behind,
      hints: instructor?.hints ?? [],
      notes: instructor?.notes ?? [],
      ...inCampaign(status, startedAt, endedAt),
    });
  }

  #keep(result: CampaignResult): void {
    const older = this.#results.slice(1 - mostKept);
    this.#results = [...older, result];
    // true values and events are for the debriefs of the last scenario and of the last campaign
    const campaign = this.campaignResults;
    this.#results = this.#results.map((one) =>
      one === result || campaign.includes(one) ? one : { ...one, truth: undefined, behind: undefined, events: undefined },
    );
    this.#file.put(JSON.stringify(this.#results));
  }
}

/** What the result of a scenario of a campaign has in addition. */
function inCampaign({ campaign, events }: LabStatus, startedAt: number, endedAt: number): Partial<CampaignResult> {
  if (campaign === undefined) return {};
  const { id, title, startedAt: begun } = campaign;
  const own = events.filter(({ time }) => time >= startedAt && time <= endedAt).slice(0, mostEvents);
  return { campaign: { id, title, startedAt: begun }, events: own };
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

function parse(file: string): readonly CampaignResult[] {
  try {
    const results: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(results)) return results as readonly CampaignResult[];
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
