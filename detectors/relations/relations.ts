import type { z } from 'zod';
import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Fact, Json, Report } from '../../src/core/detector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Event, Observation } from '../../src/core/observation.ts';
import { isRecord } from '../../src/detector-kit/columns.ts';
import { amendLine, factOf } from '../../src/detector-kit/facts.ts';
import { channelOf } from './channel.ts';
import { type EquipmentPart, equipmentPartsOf, type PartSnapshot } from './equipment.ts';
import type { GroupSnapshot, JudgedGroup } from './judging/group.ts';
import type { GroupBaseline } from './model/baseline.ts';
import { LateTags, type LateTagsSnapshot } from './late-tags.ts';
import { type HeldSnapshot, type ModeSet, modeSetsOf } from './modes.ts';
import { Place } from './place.ts';
import { baselineSchema, groupBaselineSchema, type RelationsConfig } from './schema.ts';

const version = 1;

/** A group as a whole, its measurements in each mode that one of its tags defines, and each equipment of it alone. */
interface Judged {
  readonly name: string;
  readonly whole: Place;
  readonly late: LateTags;
  readonly sets: readonly { readonly set: ModeSet; readonly first: number }[];
  readonly parts: readonly { readonly part: EquipmentPart; readonly channel: number }[];
}

/** Judges the relations between the tags of each group, of each equipment in it, and of equipment in each mode, on the aligner's vectors. */
export class RelationsDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: RelationsConfig;
  /** By channel: first the groups, then their modes and equipment. */
  readonly #places: readonly Place[];
  /** Channels of modes. */
  readonly #byMode = new Set<number>();
  readonly #index: ReadonlyMap<string, number>;
  readonly #groups: readonly Judged[];
  #spanMs = Number.NaN;
  /**
   * The restored baseline, while it is unchanged. Reading it takes longer than to judge minutes of rows. Weak: its numbers have
   * an object each, and the groups have their own copy.
   */
  #restored: WeakRef<object> | undefined;

  constructor(config: RelationsConfig, { groups, tags, watched: watchedTags }: DetectorTarget) {
    const watched = new Set(watchedTags);
    this.#config = config;
    const places = groups.map(
      (group) =>
        new Place(
          channelOf(group.name, group.tags, tags, watched),
          group,
          group.tags.map((tag) => tags.at(tag)),
        ),
    );
    const modeSets = groups.map((group) => {
      const sets = group.acrossAreas ? [] : modeSetsOf(group, tags, watched);
      return sets.map((set) => ({ set, first: places.push(...set.places) - set.places.length }));
    });
    for (let channel = groups.length; channel < places.length; channel++) this.#byMode.add(channel);
    this.#groups = groups.map((group, index) => {
      const sets = modeSets[index] ?? [];
      const byMode = new Set(sets.flatMap(({ set }) => set.places.map(({ channel }) => channel.equipment)));
      // equipment is judged in the group of its area
      const parts = group.acrossAreas ? [] : equipmentPartsOf(group, tags, watched, byMode);
      return {
        name: group.name,
        whole: places[index] as Place,
        late: new LateTags(group, tags),
        sets,
        parts: parts.map((part) => ({ part, channel: places.push(part.place) - 1 })),
      };
    });
    this.#places = places;
    this.channels = places.map(({ channel }) => channel);
    this.#index = new Map(this.channels.map(({ key }, index) => [key, index]));
  }

  learn(observation: Observation): void {
    if (observation.kind === 'vector') {
      const { vector } = observation;
      const group = this.#groups[this.#index.get(vector.group) ?? -1];
      group?.whole.learn(vector);
      for (const { set } of group?.sets ?? []) set.learn(vector);
      for (const { part } of group?.parts ?? []) part.learn(vector);
    } else if (observation.kind === 'event' && observation.event.type === 'calibration') this.#follow(observation.event);
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind === 'event') for (const { late } of this.#groups) late.follow(observation.event);
    if (observation.kind !== 'vector') return;
    const { vector } = observation;
    const index = this.#index.get(vector.group) ?? -1;
    const group = this.#groups[index];
    if (group?.whole.judged !== undefined) {
      const read = group.late.masked(vector);
      if (group.late.hasReturned) group.whole.judged.leave();
      if (read !== undefined) report(index, vector.time, group.whole.judged.score(read));
    }
    for (const { set, first } of group?.sets ?? []) set.score(vector, first, report);
    for (const { part, channel } of group?.parts ?? []) part.score(vector, (time, surprise) => report(channel, time, surprise));
  }

  explain(channel: number): Explanation {
    const judged = this.#places[channel]?.judged;
    if (judged === undefined) throw new ScadaError('fatal', 'INTERNAL', `relations: channel ${channel} has no baseline`);
    return judged.explain();
  }

  judges(channel: number): boolean {
    return this.#places[channel]?.judged !== undefined;
  }

  largestSurprise(channel: number): number | undefined {
    return this.#places[channel]?.judged?.largestSurprise;
  }

  stays(channel: number): number | undefined {
    return this.#byMode.has(channel) ? (this.#places[channel]?.judged?.stays ?? 0) : undefined;
  }

  facts(): readonly Fact[] {
    return this.#places.flatMap((place, channel) =>
      place.lines().map((line) => factOf(place.channel.key, channel, line, place.judged?.rows)),
    );
  }

  amend(key: string, name: string, figures: Readonly<Record<string, number>>): void {
    const channel = this.#index.get(key) ?? -1;
    const line = this.#places[channel]?.lines().find((one) => one.name === name);
    if (line === undefined)
      throw new ScadaError('config', 'INPUT_INVALID', `relations has no baseline entry of ${name || 'no tag'} in ${key}`);
    this.#restored = undefined;
    amendLine(line, channel, figures);
  }

  snapshot(): DetectorSnapshot {
    const groups = this.#judged().map(([name, { baseline }]) => [name, asJson(baseline)] as const);
    return { baseline: { version, groups: Object.fromEntries(groups) }, running: this.runningState() };
  }

  runningState(): unknown {
    return Object.fromEntries([
      ...this.#judged().map(([name, judged]) => [name, judged.snapshot()]),
      ...this.#groups.flatMap(({ sets }) => sets.map(({ set }) => [set.key, set.snapshot()])),
      ...this.#groups.map(({ name, late }) => [`${name}/late`, late.snapshot()]),
      ...this.#groups.flatMap(({ parts }) => parts.map(({ part }) => [`${part.place.channel.key}/held`, part.snapshot()])),
    ]);
  }

  #judged(): (readonly [name: string, JudgedGroup])[] {
    return this.#places.flatMap(({ channel, judged }) => (judged === undefined ? [] : [[channel.key, judged] as const]));
  }

  restore(snapshot: DetectorSnapshot): void {
    const running = (snapshot.running ?? {}) as Readonly<Record<string, unknown>>;
    const isSame = this.#restored?.deref() === snapshot.baseline && this.#judged().every(([key]) => running[key] !== undefined);
    if (isSame) for (const [key, judged] of this.#judged()) judged.restore(running[key] as GroupSnapshot);
    else this.#restoreAll(snapshot.baseline, running);
    for (const { sets } of this.#groups) for (const { set } of sets) set.restore(running[set.key] as HeldSnapshot | undefined);
    for (const { name, late } of this.#groups) late.restore(running[`${name}/late`] as LateTagsSnapshot | undefined);
    for (const { parts } of this.#groups)
      for (const { part } of parts) part.restore(running[`${part.place.channel.key}/held`] as PartSnapshot | undefined);
    this.#restored = isRecord(snapshot.baseline) ? new WeakRef(snapshot.baseline) : undefined;
  }

  #restoreAll(baseline: Json, running: Readonly<Record<string, unknown>>): void {
    const { groups } = readAs(baselineSchema, baseline);
    for (const place of this.#places) {
      const { key } = place.channel;
      const stored = groups[key];
      place.judge(readAs(groupBaselineSchema.optional(), stored));
      if (place.judged?.fits === false) throw mismatch(`the group ${key} has other tags`);
      const kept = running[key];
      if (kept !== undefined) place.judged?.restore(kept as GroupSnapshot);
    }
  }

  #follow({ phase, spanMs }: Extract<Event, { type: 'calibration' }>): void {
    this.#restored = undefined;
    if (phase === 'begin') {
      this.#spanMs = spanMs ?? Number.NaN;
      for (const place of this.#places) place.begin(this.#config.calibrationRows);
      for (const { sets, parts } of this.#groups) {
        for (const { set } of sets) set.begin();
        for (const { part } of parts) part.begin();
      }
    } else if (phase === 'end') {
      const partOf = new Map(this.#groups.flatMap(({ parts }) => parts.map(({ part }) => [part.place, part])));
      this.#places.forEach((place, channel) => {
        const part = partOf.get(place);
        place.end(this.#config, this.#spanMs, this.#byMode.has(channel), part?.learnedSwitches, part?.stateOf);
      });
    }
  }
}

/** @throws ScadaError BASELINE_MISMATCH if it does not match the schema */
function readAs<T>(schema: z.ZodType<T>, stored: unknown): T {
  const parsed = schema.safeParse(stored);
  if (!parsed.success) throw mismatch(`it does not read as one (${parsed.error.issues[0]?.message ?? 'unknown reason'})`);
  return parsed.data;
}

const mismatch = (what: string): ScadaError =>
  new ScadaError('config', 'BASELINE_MISMATCH', `stored baseline of relations does not fit: ${what}`, {
    hint: 'calibrate again, or use the baseline with the configuration it was learned with',
  });

/** A baseline contains only JSON; properties that are not set are omitted. */
const asJson = (baseline: GroupBaseline): Json => JSON.parse(JSON.stringify(baseline)) as Json;
