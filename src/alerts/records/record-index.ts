import { matcherOf, type MatchedFinding } from '../../core/alarm-match.ts';
import type { AlarmRecordEntry, RationalisedLimit } from '../../core/alarm-record.ts';
import type { Rationale } from '../../core/alarm-rationale.ts';
import type { Finding, FindingAlarm } from '../../core/finding.ts';
import { parseReturn, type StatedReturn } from '../../core/return-condition.ts';

interface Compiled {
  readonly matches: (finding: MatchedFinding) => boolean;
  readonly alarm: FindingAlarm & { readonly rationale: Rationale };
}

/** The records in force, most urgent first, by the detectors that they match. */
export class RecordIndex {
  readonly #byDetector = new Map<string, readonly Compiled[]>();
  readonly #returns: ReadonlyMap<string, StatedReturn>;
  readonly #compiled: readonly (Compiled & { readonly detectors: readonly string[] })[];

  constructor(entries: readonly AlarmRecordEntry[]) {
    const versions = entries.flatMap(({ inForce }) =>
      inForce?.record === undefined ? [] : [{ ...inForce, record: inForce.record }],
    );
    this.#returns = new Map(
      versions.flatMap(({ id, record: { returnWhen, returnDelayMs = 0 } }) => {
        const all = returnWhen === undefined ? undefined : parseReturn(returnWhen);
        return all === undefined ? [] : [[id, { all, delayMs: returnDelayMs }] as const];
      }),
    );
    this.#compiled = versions
      .toSorted((a, b) => a.record.priority - b.record.priority)
      .map(({ record, version }) => {
        const { id, match, priority, response, cause, consequence, respondWithinMs, owner } = record;
        const rationale = { record: id, version, class: record.class, cause, consequence, respondWithinMs, owner };
        return { detectors: match.detectors, matches: matcherOf(match), alarm: { priority, response, rationale } };
      });
  }

  /** Return condition of a record; undefined if it states none. */
  returnOf(id: string): StatedReturn | undefined {
    return this.#returns.get(id);
  }

  /**
   * The finding with the alarm of the most urgent record that it matches. Priority and response that the configuration states
   * with the rule stay; the record then adds its rationale.
   */
  rationalised(finding: Finding): Finding {
    const found = this.#of(finding.detector).find(({ matches }) => matches(finding));
    if (found === undefined) return finding;
    return { ...finding, alarm: { ...found.alarm, ...finding.alarm } };
  }

  /**
   * The most urgent record that matches a limit of a tag on either side.
   * @param detectors types of detectors that may judge it
   */
  ofLimit(
    { tag, equipment, area }: { readonly tag: string; readonly equipment: string; readonly area: string },
    detectors: readonly string[],
  ): Omit<RationalisedLimit, 'tag'> {
    const possible = detectors.flatMap((detector) =>
      [1, -1].map((share): MatchedFinding => {
        const contributions = [{ tag, share, unit: '', measured: 0, expected: 0 }];
        const explanation = { sentence: '', title: '', contributions, normalIf: '', techniques: [] };
        return { detector, channel: tag, tags: [tag], equipment, area, explanation };
      }),
    );
    const found = this.#compiled.find(({ matches }) => possible.some(matches));
    if (found === undefined) return {};
    const { priority, response, rationale } = found.alarm;
    return { record: rationale.record, priority, response };
  }

  #of(detector: string): readonly Compiled[] {
    let of = this.#byDetector.get(detector);
    if (of === undefined) {
      of = this.#compiled.filter(
        ({ detectors }) => detectors.length === 0 || detectors.some((one) => one === detector || /[*?]/.test(one)),
      );
      this.#byDetector.set(detector, of);
    }
    return of;
  }
}
