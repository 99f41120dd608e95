import type { z } from 'zod';
import type {
  Channel,
  Detector,
  DetectorGroup,
  DetectorSnapshot,
  DetectorTarget,
  Fact,
  Json,
  Report,
} from '../../src/core/detector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import { packed } from '../../src/core/json.ts';
import type { Event, Observation, Vector } from '../../src/core/observation.ts';
import type { Tag } from '../../src/core/tag.ts';
import { amendLine, factOf, type Line } from '../../src/streaming/facts.ts';
import { gapPeriods, Rows } from '../../src/streaming/rows.ts';
import { relationLines } from './facts.ts';
import { fitGroup } from './fit.ts';
import { type GroupSnapshot, JudgedGroup } from './group.ts';
import { baselineSchema, groupBaselineSchema, type RelationsConfig } from './schema.ts';
import type { GroupBaseline } from './model.ts';

const version = 1;

/** One group: its place, what it has learned, and the rows of a calibration under way. */
interface Place {
  readonly group: DetectorGroup;
  readonly tags: readonly Tag[];
  judged: JudgedGroup | undefined;
  rows: Rows | undefined;
}

/** The relations between the tags of each group, judged on the aligner's vectors. */
export class RelationsDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: RelationsConfig;
  readonly #places: readonly Place[];
  readonly #index: ReadonlyMap<string, number>;
  #spanMs = Number.NaN;

  constructor(config: RelationsConfig, target: DetectorTarget) {
    const watched = new Set(target.watched);
    this.#config = config;
    this.#places = target.groups.map((group) => ({
      group,
      tags: group.tags.map((tag) => target.tags.at(tag)),
      judged: undefined,
      rows: undefined,
    }));
    this.#index = new Map(target.groups.map(({ name }, index) => [name, index]));
    this.channels = this.#places.map(({ group, tags }) => ({
      key: group.name,
      tags: group.tags.filter((tag) => watched.has(tag)),
      area: common(tags.map(({ area }) => area)),
      equipment: common(tags.map(({ equipment }) => equipment)),
    }));
  }

  learn(observation: Observation): void {
    if (observation.kind === 'vector') this.#learnVector(observation.vector);
    else if (observation.kind === 'event' && observation.event.type === 'calibration') this.#follow(observation.event);
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'vector') return;
    const { vector } = observation;
    const index = this.#index.get(vector.group);
    const judged = index === undefined ? undefined : this.#places[index]?.judged;
    if (index === undefined || judged === undefined) return;
    report(index, vector.time, judged.score(vector));
  }

  explain(channel: number): Explanation {
    const judged = this.#places[channel]?.judged;
    if (judged === undefined) throw new ScadaError('fatal', 'INTERNAL', `relations: channel ${channel} has not learned anything`);
    return judged.explain();
  }

  facts(): readonly Fact[] {
    return this.#places.flatMap((place, channel) =>
      this.#lines(place).map((line) => factOf(place.group.name, channel, line, place.judged?.baseline.rows)),
    );
  }

  amend(group: string, name: string, figures: Readonly<Record<string, number>>): void {
    const channel = this.#index.get(group) ?? -1;
    const place = this.#places[channel];
    const line = place === undefined ? undefined : this.#lines(place).find((one) => one.name === name);
    if (line === undefined)
      throw new ScadaError('config', 'INPUT_INVALID', `relations has learned nothing of ${name || 'no tag'} in ${group}`);
    amendLine(line, channel, figures);
  }

  /** What is amended is another baseline; what its group has seen stays. */
  #lines(place: Place): Line[] {
    const { judged, tags, group } = place;
    if (judged === undefined) return [];
    return relationLines(tags, judged.baseline, (change) => {
      const amended = new JudgedGroup(group, tags, change(judged.baseline));
      amended.restore(judged.snapshot());
      place.judged = amended;
    });
  }

  snapshot(): DetectorSnapshot {
    const groups = this.#judged().map(([name, { baseline }]) => [name, asJson(baseline)] as const);
    return { baseline: { version, groups: Object.fromEntries(groups) }, running: this.runningState() };
  }

  runningState(): unknown {
    return Object.fromEntries(this.#judged().map(([name, judged]) => [name, judged.snapshot()]));
  }

  #judged(): (readonly [name: string, JudgedGroup])[] {
    return this.#places.flatMap(({ group, judged }) => (judged === undefined ? [] : [[group.name, judged] as const]));
  }

  restore(snapshot: DetectorSnapshot): void {
    const { groups } = readAs(baselineSchema, snapshot.baseline);
    const running = (snapshot.running ?? {}) as Readonly<Record<string, GroupSnapshot>>;
    for (const place of this.#places) {
      const stored = groups[place.group.name];
      // not what the schema gives: that is a copy whose numbers take three times the memory
      const baseline = readAs(groupBaselineSchema.optional(), stored) && (packed(stored as Json) as unknown as GroupBaseline);
      place.judged = baseline === undefined ? undefined : new JudgedGroup(place.group, place.tags, baseline);
      if (place.judged?.fits === false) throw mismatch(`the group ${place.group.name} has other tags`);
      const kept = running[place.group.name];
      if (kept !== undefined) place.judged?.restore(kept);
    }
  }

  #learnVector(vector: Vector): void {
    const place = this.#places[this.#index.get(vector.group) ?? -1];
    place?.rows?.add(vector.time, vector.value);
  }

  #follow({ phase, spanMs }: Extract<Event, { type: 'calibration' }>): void {
    if (phase === 'begin') {
      this.#spanMs = spanMs ?? Number.NaN;
      for (const place of this.#places)
        place.rows = new Rows(place.tags.length, gapPeriods * place.group.periodMs, this.#config.calibrationRows);
    } else if (phase === 'end')
      for (const place of this.#places) {
        if (place.rows === undefined) continue;
        place.judged = this.#fit(place, place.rows);
        place.rows = undefined;
      }
  }

  #fit({ group, tags }: Place, rows: Rows): JudgedGroup | undefined {
    const { lags, folds, alpha, calibrationRows } = this.#config;
    const span = Number.isNaN(this.#spanMs) ? rows.seen : Math.round(this.#spanMs / group.periodMs);
    const baseline = fitGroup(
      rows,
      tags.map(({ name }) => name),
      { mostLags: lags, folds, alpha, wholeRows: Math.min(span, calibrationRows) },
    );
    return baseline === undefined ? undefined : new JudgedGroup(group, tags, baseline);
  }
}

/** @throws ScadaError BASELINE_MISMATCH if it has not the form of the schema */
function readAs<T>(schema: z.ZodType<T>, stored: unknown): T {
  const parsed = schema.safeParse(stored);
  if (!parsed.success) throw mismatch(`it does not read as one (${parsed.error.issues[0]?.message ?? 'unknown reason'})`);
  return parsed.data;
}

const mismatch = (what: string): ScadaError =>
  new ScadaError('config', 'BASELINE_MISMATCH', `stored baseline of relations does not fit: ${what}`, {
    hint: 'calibrate again, or use the baseline with the configuration it was learned with',
  });

/** The value that all have, or none. */
function common(values: readonly string[]): string {
  const first = values[0] ?? '';
  return values.every((value) => value === first) ? first : '';
}

/** A baseline holds nothing but JSON; what is not set is left out. */
const asJson = (baseline: GroupBaseline): Json => JSON.parse(JSON.stringify(baseline)) as Json;
