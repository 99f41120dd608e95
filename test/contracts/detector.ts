import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { type Detector, type DetectorPlugin, type DetectorSnapshot, runningStateOf } from '../../src/core/detector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import { observeBatch, observeEvent } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { batchOf, calibrate, make, nastyStreams, type Reported, scored, targetOf } from '../support/detectors.ts';
import { problemsOf } from '../language/prose.ts';
import { contradictionOf } from './figures.ts';
import { plant, normalRunning, nasty, nastyEvents, trouble } from './small-plant.ts';

const copy = (snapshot: DetectorSnapshot): DetectorSnapshot => ({
  baseline: JSON.parse(JSON.stringify(snapshot.baseline)) as DetectorSnapshot['baseline'],
  running: deserialize(serialize(snapshot.running)) as unknown,
});
const baselineOf = (detector: Detector): string => JSON.stringify(detector.snapshot().baseline);
const runningOf = (detector: Detector): Buffer => serialize(detector.snapshot().running);

/** As `toEqual`, which takes longer to compare ten thousand reports than a detector takes to make them. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}
const isSound = ({ surprise }: Reported): boolean => surprise >= 0 && Number.isFinite(surprise);

/** Computes a value at its first use. */
function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined;
  return () => (value ??= { of: compute() }).of;
}

// all detectors are given the same observations
const learned = normalRunning(1_500, 1);
const next = normalRunning(400, 2, 1_500);
const troubled = trouble(1_900);
const watched = [...next, ...troubled];
const streams = Object.entries(nastyStreams()).map(([name, samples]) => {
  const later = samples.map((sample) => ({ ...sample, time: sample.time + 1_500_000 }));
  return [name, { first: once(() => nasty(samples)), later: once(() => nasty(later)) }] as const;
});
const allStreams = once(() => streams.flatMap(([, { first }]) => first()));
const eventStreams = Object.entries(nastyEvents(1_500_000));
/** Normal operation after a break, with the time from which a detector must have settled. */
const afterStream = { observations: normalRunning(900, 5, 2_400), settledAt: 2_850_000 };
const afterEvents = { observations: normalRunning(1_200, 5, 2_400), settledAt: 3_150_000 };

/** Parts of the contract that a detector does not satisfy, each with the reason. */
export interface Exceptions {
  /** A calibration that is interrupted cannot be continued. */
  readonly midway?: string;
  /** Settings for which the half hour of the contract is enough learning. */
  readonly config?: object;
}

/** Contract suite of all detectors. */
export function detectorContract(plugin: DetectorPlugin, exceptions: Exceptions = {}): void {
  const fresh = (tags = plant): Detector => make(plugin, targetOf(tags), exceptions.config);
  const learnsOnline = plugin.threshold === 'adaptive' || plugin.threshold === 'minor';
  let known: DetectorSnapshot | undefined;
  /**
   * A detector with a baseline: from a calibration, or from scored samples if it learns online. The first one learns; the others
   * continue from its snapshot, which is part of the contract and takes a tenth of the time.
   */
  const calibrated = (): Detector => {
    if (known === undefined) {
      const first = calibratedAnew();
      known = copy(first.snapshot());
      return first;
    }
    const detector = fresh();
    detector.restore(copy(known));
    return detector;
  };
  const calibratedAnew = (): Detector => {
    const detector = fresh();
    if (learnsOnline) scored(detector, learned);
    else calibrate(plugin, detector, learned);
    return detector;
  };
  type After = typeof afterStream;
  const settledIn = (detector: Detector, { observations, settledAt }: After): Reported[] =>
    scored(detector, observations).filter(({ time }) => time >= settledAt);
  const cleanAfterStream = once(() => settledIn(calibrated(), afterStream));
  const cleanAfterEvents = once(() => settledIn(calibrated(), afterEvents));

  describe(`detector ${plugin.type}`, () => {
    it('has a type, a summary, a schema with defaults and a description for each option', () => {
      expect(plugin.summary).toMatch(/^[A-Z].*\.$/);
      expect(() => plugin.schema.parse({})).not.toThrow();
      expect(() => plugin.schema.parse({ noSuchOption: 1 })).toThrow();
    });

    it('has channels with keys of their own', () => {
      const keys = fresh().channels.map(({ key }) => key);
      expect(keys.length).toBeGreaterThan(0);
      expect(new Set(keys).size).toBe(keys.length);
    });

    it('reports nothing before it has learned anything, unless its rule is stated', () => {
      if (plugin.threshold === 'stated') return;
      expect(scored(fresh(), watched.slice(0, 60))).toEqual([]);
    });

    it('reports finite surprises ≥ 0 in calm running, and more in trouble', () => {
      const detector = calibrated();
      const calm = scored(detector, next);
      const after = scored(detector, troubled);
      const all = [...calm, ...after];
      expect(all.filter((one) => !isSound(one))).toEqual([]);
      expect(all.filter(({ channel }) => detector.channels[channel] === undefined)).toEqual([]);
      expect(most(after)).toBeGreaterThan(most(calm));
    });

    it('never changes its baseline by scoring', () => {
      const detector = calibrated();
      const before = baselineOf(detector);
      scored(detector, watched);
      expect(baselineOf(detector)).toBe(before);
    });

    it('never changes its running state by learning', () => {
      const detector = calibrated();
      scored(detector, next.slice(0, 300));
      const before = runningOf(detector);
      for (const observation of watched) detector.learn(observation);
      expect(runningOf(detector).equals(before)).toBe(true);
      detector.learn(observeEvent({ type: 'calibration', time: 0, phase: 'begin', pass: 0 }));
      for (const observation of learned) detector.learn(observation);
      expect(runningOf(detector).equals(before)).toBe(true);
    });

    it('gives the same surprises for the same input', () => {
      expectSame(scored(calibratedAnew(), watched), scored(calibratedAnew(), watched));
    });

    it('does not look ahead', () => {
      const whole = scored(calibrated(), watched);
      const half = scored(calibrated(), watched.slice(0, watched.length >> 1));
      expectSame(whole.slice(0, half.length), half);
    });

    it('continues bit for bit from a snapshot, in scoring and in learning', () => {
      const detector = calibrated();
      scored(detector, next.slice(0, 333));
      for (const observation of next.slice(0, 111)) detector.learn(observation);
      const saved = detector.snapshot();
      expect(serialize(runningStateOf(detector))).toEqual(serialize(saved.running));
      const restored = fresh();
      restored.restore(copy(saved));
      expect(restored.snapshot()).toEqual(saved);
      for (const observation of next.slice(111, 444)) {
        detector.learn(observation);
        restored.learn(observation);
      }
      expectSame(scored(restored, watched.slice(333)), scored(detector, watched.slice(333)));
      expect(baselineOf(restored)).toBe(baselineOf(detector));
      expect(runningOf(restored).equals(runningOf(detector))).toBe(true);
    });

    // each exception states its reason; these detectors learn again from the beginning
    if (!('midway' in exceptions)) {
      it('continues bit for bit from a snapshot taken in the middle of a calibration', () => {
        const begun = fresh();
        begun.learn(observeEvent({ type: 'calibration', time: 0, phase: 'begin', pass: 0 }));
        for (const observation of learned.slice(0, 2_000)) begun.learn(observation);
        const restored = fresh();
        restored.restore(copy(begun.snapshot()));
        for (const detector of [begun, restored]) {
          for (const observation of learned.slice(2_000)) detector.learn(observation);
          for (let pass = 1; pass < plugin.passes; pass++) {
            detector.learn(observeEvent({ type: 'calibration', time: 0, phase: 'pass', pass }));
            for (const observation of learned) detector.learn(observation);
          }
          detector.learn(observeEvent({ type: 'calibration', time: 0, phase: 'end', pass: Math.max(0, plugin.passes - 1) }));
        }
        expect(baselineOf(restored)).toBe(baselineOf(begun));
      });
    }

    // the tags of such a detector are divided between threads
    if (plugin.byTag === true) {
      it('learns and says of a tag what it would if it watched no other', () => {
        const whole = calibrated();
        const { tags: entries } = whole.snapshot().baseline as { readonly tags: Readonly<Record<string, unknown>> };
        const byKey = (detector: Detector) =>
          Map.groupBy(scored(detector, watched), ({ channel }) => detector.channels[channel]?.key ?? '');
        const together = byKey(whole);
        const judged = [...new Set(whole.channels.flatMap(({ tags }) => tags))];
        for (const tag of judged) {
          const alone = make(plugin, { ...targetOf(plant), watched: [tag] }, exceptions.config);
          calibrate(plugin, alone, learned);
          const own = alone.snapshot().baseline as { readonly tags: Readonly<Record<string, unknown>> };
          const apart = byKey(alone);
          expect(alone.channels.length).toBeGreaterThan(0);
          for (const { key } of alone.channels) {
            expect(own.tags[key]).toEqual(entries[key]);
            const heard = (all: readonly Reported[] | undefined) => all?.map(({ time, surprise }) => ({ time, surprise }));
            expectSame(heard(apart.get(key)), heard(together.get(key)));
          }
        }
      });
    }

    it('tells what it has learned in lines of its own channels, and the same after a restart', () => {
      const detector = calibrated();
      const facts = detector.facts?.() ?? [];
      const keys = new Set(detector.channels.map(({ key }) => key));
      expect(facts.filter(({ channel }) => !keys.has(channel))).toEqual([]);
      expect(new Set(facts.map(({ channel, name }) => `${channel}\n${name}`)).size).toBe(facts.length);
      for (const { figures, editable } of facts) {
        expect(Object.keys(figures).length).toBeGreaterThan(0);
        expect(editable.filter((word) => typeof figures[word] !== 'number')).toEqual([]);
        if (detector.amend === undefined) expect(editable).toEqual([]);
        for (const figure of Object.values(figures)) expect(typeof figure === 'string' || Number.isFinite(figure)).toBe(true);
      }
      const restored = fresh();
      restored.restore({ baseline: copy(detector.snapshot()).baseline, running: fresh().snapshot().running });
      expect(restored.facts?.() ?? []).toEqual(facts);
      expect(fresh().facts?.() ?? []).toEqual([]);
    });

    it('lets a person amend the numbers that it lets be amended, and refuses the rest without a change', () => {
      const detector = calibrated();
      const now = (channel: string, name: string): Readonly<Record<string, number | string>> =>
        detector.facts?.().find((fact) => fact.channel === channel && fact.name === name)?.figures ?? {};
      for (const { channel, name, figures, editable } of detector.facts?.() ?? []) {
        if (detector.amend === undefined) continue;
        for (const word of editable) {
          const figure = figures[word] as number;
          const wider = figure + (word === 'low' ? -0.1 : 0.1) * Math.abs(figure);
          detector.amend(channel, name, { [word]: wider });
          expect(now(channel, name)[word]).toBeCloseTo(wider, 9);
          detector.amend(channel, name, { [word]: figure });
          expect(now(channel, name)[word]).toBeCloseTo(figure, 9);
        }
        const before = baselineOf(detector);
        const [word = ''] = Object.keys(figures);
        expect(() => detector.amend?.(channel, name, { nonsense: 1 })).toThrow(ScadaError);
        expect(() => detector.amend?.(channel, name, { [word]: Number.NaN })).toThrow(ScadaError);
        expect(baselineOf(detector)).toBe(before);
      }
      if (detector.amend !== undefined) expect(() => detector.amend?.('no such channel', '', {})).toThrow(ScadaError);
    });

    it('judges by what a person amended, and still does after a restart', () => {
      const [detector, untouched] = [calibrated(), calibrated()];
      const lines = (detector.facts?.() ?? []).filter(({ editable }) => editable.length > 0);
      if (detector.amend === undefined || lines.length === 0) return;
      for (const { channel, name, figures, editable } of lines) {
        const all = editable.map((word): [string, number] => {
          const figure = figures[word] as number;
          return [word, figure + (word === 'low' ? -0.5 : 9) * Math.abs(figure)];
        });
        detector.amend(channel, name, Object.fromEntries(all));
      }
      const restored = fresh();
      restored.restore({ baseline: copy(detector.snapshot()).baseline, running: fresh().snapshot().running });
      expect(restored.facts?.()).toEqual(detector.facts?.());
      const judged = scored(detector, watched);
      expectSame(scored(restored, watched), judged);
      expect(judged).not.toEqual(scored(untouched, watched));
    });

    it('forgets the lines that it is told to forget, and refuses one that it does not have without forgetting any', () => {
      const detector = calibrated();
      if (detector.forget === undefined) return;
      const facts = detector.facts?.() ?? [];
      const before = baselineOf(detector);
      expect(() => detector.forget?.([...facts, { channel: 'no such channel', name: '' }])).toThrow(ScadaError);
      expect(baselineOf(detector)).toBe(before);
      detector.forget(facts);
      expect(detector.facts?.()).toEqual([]);
      const restored = fresh();
      restored.restore({ baseline: copy(detector.snapshot()).baseline, running: fresh().snapshot().running });
      expectSame(scored(restored, watched), scored(detector, watched));
    });

    it('refuses a snapshot of another detector or of other tags', () => {
      const { running } = fresh().snapshot();
      expect(() => fresh().restore({ baseline: { detector: 'another', version: 1, tags: {} }, running })).toThrow(ScadaError);
      expect(() => fresh().restore({ baseline: null, running })).toThrow(ScadaError);
      const other = fresh(plant.map((tag) => ({ ...tag, name: `${tag.name}x`, device: `${tag.device}x` })));
      if (other.channels.some(({ tags }) => tags.length > 0))
        expect(() => other.restore(calibrated().snapshot())).toThrow(ScadaError);
    });

    it.each(streams)('survives the %s stream, and judges calm running afterwards as before', (_, { later }) => {
      const detector = calibrated();
      const refused: number[] = [];
      for (const observation of later())
        detector.score(observation, (_channel, _time, surprise) => {
          if (!(surprise >= 0)) refused.push(surprise);
        });
      expect(refused).toEqual([]);
      expect(most(settledIn(detector, afterStream))).toBeLessThanOrEqual(3 * most(cleanAfterStream()) + 1);
    });

    it.each(eventStreams)(
      'survives events whose figures or times are %s, judges calm running afterwards as before, and can learn from them',
      (_, events) => {
        const detector = calibrated();
        expect(scored(detector, events).filter((one) => !isSound(one))).toEqual([]);
        const clean = cleanAfterEvents();
        const after = settledIn(detector, afterEvents);
        expect(after.length).toBe(clean.length);
        expect(most(after)).toBeLessThanOrEqual(3 * most(clean) + 1);

        const taught = fresh();
        calibrate(plugin, taught, [...events, ...learned]);
        const restored = fresh();
        restored.restore({ baseline: copy(taught.snapshot()).baseline, running: fresh().snapshot().running });
        expectSame(scored(restored, next), scored(taught, next));
      },
    );

    it('learns from nasty streams without breaking', () => {
      const detector = fresh();
      for (const one of allStreams()) detector.learn(one);
      calibrate(plugin, detector, learned);
      // adaptive detectors do not judge tags that a calibration has learned
      const expected = plugin.threshold === 'minor' ? scored(fresh(), watched) : scored(calibrated(), watched);
      expectSame(scored(detector, watched), plugin.threshold === 'adaptive' ? [] : expected);
    });

    it.each(streams)('learns from the %s stream what can be stored, read and judged by', (_, { first }) => {
      const detector = fresh();
      calibrate(plugin, detector, first());
      const restored = fresh();
      restored.restore({ baseline: copy(detector.snapshot()).baseline, running: fresh().snapshot().running });
      const after = scored(restored, next);
      expect(after.filter((one) => !isSound(one))).toEqual([]);
      expectSame(after, scored(detector, next));
    });

    it('goes on when tags vanish and appear, and judges calm running afterwards as before', () => {
      const detector = calibrated();
      const some = normalRunning(60, 3, 1_500, 3).filter(({ kind }) => kind !== 'vector');
      // unknown tags, no tags, then a tag that was absent for long
      const none = [observeBatch(batchOf([])), observeBatch(batchOf([{ tag: 99, time: 1_560_000, value: 1 }]))];
      const alone = normalRunning(60, 4, 1_600).map((one) =>
        one.kind === 'batch' ? observeBatch(batchOf([{ tag: 5, time: one.batch.sourceTime[0] as number, value: 500 }])) : one,
      );
      expect(scored(detector, [...some, ...none, ...alone]).filter((one) => !isSound(one))).toEqual([]);
      const after = settledIn(detector, afterEvents);
      const clean = cleanAfterEvents();
      expect(after.length).toBe(clean.length);
      expect(most(after)).toBeLessThanOrEqual(3 * most(clean) + 1);
    });

    it('takes nothing from bad samples', () => {
      const bad = [{ tag: 0, time: 1_500_000, value: 99, quality: Quality.BadDeviceFailure }];
      const detector = calibrated();
      expect(scored(detector, [observeBatch(batchOf(bad))])).toEqual([]);
    });

    it('explains every channel: shares add up to 1, title and sentence fit, techniques are ATT&CK ids and no impact', () => {
      const check = (explanation: Explanation): void => {
        const { title, sentence, contributions, normalIf, techniques } = explanation;
        expect(title.length).toBeLessThanOrEqual(48);
        expect(title.length).toBeGreaterThan(0);
        expect(sentence.length).toBeLessThanOrEqual(200);
        expect(sentence).toMatch(/^\S.*\.$/);
        expect(sentence).not.toMatch(/undefined|NaN|null|Infinity/);
        expect(normalIf).not.toMatch(/undefined|NaN|null|Infinity|\.$/);
        for (const text of [title, sentence, normalIf]) {
          expect(text).not.toMatch(refused);
          expect(problemsOf({ where: plugin.type, text }, terms, mostWords)).toEqual([]);
        }
        const total = contributions.reduce((sum, { share }) => sum + Math.abs(share), 0);
        if (contributions.length > 0) expect(total).toBeCloseTo(1, 9);
        const shares = contributions.map(({ share }) => Math.abs(share));
        expect(shares).toEqual(shares.toSorted((a, b) => b - a));
        for (const id of techniques) {
          expect(id).toMatch(/^T\d{4}(\.\d{3})?$/);
          expect(impact).not.toContain(id);
        }
      };
      const detector = calibrated();
      for (const observation of watched) detector.score(observation, () => {});
      detector.channels.forEach((_, channel) => check(detector.explain(channel)));
      // with few decimals, a value just beyond the normal ones has the same text
      const alarmed = fresh(plant.map((tag) => ({ ...tag, decimals: 1 })));
      alarmed.restore(copy(known as DetectorSnapshot));
      const worst = new Map<number, { readonly surprise: number; readonly explanation: Explanation }>();
      const slight = new Map<number, Explanation>();
      for (const observation of watched)
        alarmed.score(observation, (channel, _, surprise) => {
          const before = worst.get(channel)?.surprise ?? 0;
          if (surprise > before) worst.set(channel, { surprise, explanation: alarmed.explain(channel) });
          if (surprise > 1.01 && !slight.has(channel)) slight.set(channel, alarmed.explain(channel));
        });
      expect(worst.size).toBeGreaterThan(0);
      if (plugin.graded === true)
        expect([...slight.values()].map(contradictionOf).filter((one) => one !== undefined)).toEqual([]);
      for (const { surprise, explanation } of worst.values()) {
        check(explanation);
        // a finding of learned behaviour states the normal behaviour too
        if (plugin.threshold === 'statistical' && surprise > 1) expect(explanation.sentence).toMatch(/\bnormal\b/i);
      }
    });
  });
}

const most = (reported: readonly Reported[]): number => Math.max(0, ...reported.map(({ surprise }) => surprise));

/** ATT&CK techniques of impact: consequences that no detector can observe. */
const impact = ['T0813', 'T0815', 'T0826', 'T0827', 'T0828', 'T0829', 'T0831', 'T0832', 'T0837', 'T0879', 'T0880'];

const { phrases } = JSON.parse(readFileSync('docs/terms.json', 'utf8')) as { readonly phrases: Record<string, string> };
const terms = new Map(Object.entries(phrases));
/** Maximum number of words in a sentence of a finding. */
const mostWords = 30;
/** Further words that no finding uses, beside those of `docs/terms.json`. */
const refused =
  /\b(says?|said|tells?|told|knows?|hears?|speaks?|talks?|stands?|stood|nobody|somebody)\b|as it was|fits? together/i;
