import { detectors } from '../../../detectors/index.ts';
import type { Alert, AlertFinding } from '../../core/alert.ts';
import { isReferable, type ReferenceLine, type ReferenceState, type ReferenceValue } from '../../core/reference.ts';
import type { TagTable } from '../../core/tag.ts';
import type { Differing } from './writes.ts';

/** Types of the detectors that compare with the reference set. */
const judging: ReadonlySet<string> = new Set(
  detectors.filter(({ judgesReference }) => judgesReference === true).map(({ type }) => type),
);

export interface LinesOptions {
  readonly tags: TagTable;
  readonly values: readonly ReferenceValue[];
  /** Alerts that are not closed. */
  readonly alerts: readonly Alert[];
  /** Last good value of a tag by its index; undefined if there is none. */
  readonly presentOf: (tag: number) => number | undefined;
}

/** Each set-point and parameter beside its reference value, without writes: those that differ first, then by name. */
export function linesOf({ tags, values, alerts, presentOf }: LinesOptions): ReferenceLine[] {
  const since = beginsOf(alerts);
  const stated = new Map(values.map((value) => [value.tag, value]));
  const known = tags.tags.flatMap((tag, index): ReferenceLine[] => {
    if (!isReferable(tag)) return [];
    const reference = stated.get(tag.name);
    const present = presentOf(index);
    const begin = reference && since.get(tag.name);
    return [{ tag: tag.name, state: stateOf(reference, present, begin), reference, present, since: begin }];
  });
  const names = new Set(known.map(({ tag }) => tag));
  const gone = values
    .filter(({ tag }) => !names.has(tag))
    .map((reference): ReferenceLine => ({ tag: reference.tag, state: 'not-configured', reference }));
  return [...known, ...gone].toSorted((a, b) => order(a) - order(b) || (a.tag < b.tag ? -1 : 1));
}

/** Lines that differ, with the scan periods of their tags. */
export const differingOf = (lines: readonly ReferenceLine[], tags: TagTable): readonly Differing[] =>
  lines.flatMap(({ tag, state, since }) =>
    state !== 'differs' || since === undefined ? [] : [{ tag, since, scanMs: tags.at(tags.indexOf(tag) ?? 0).scanMs }],
  );

function stateOf(reference: ReferenceValue | undefined, present: number | undefined, since: number | undefined): ReferenceState {
  if (reference === undefined) return 'not-referenced';
  if (since !== undefined) return 'differs';
  return present === undefined ? 'no-value' : 'equal';
}

const order = ({ state }: ReferenceLine): number =>
  ({ differs: 0, 'not-configured': 1, 'no-value': 2, equal: 3, 'not-referenced': 4 })[state];

/** Begin of each open finding about a reference value, by tag, ms UTC. */
const beginsOf = (alerts: readonly Alert[]): ReadonlyMap<string, number> =>
  new Map(
    openIn(alerts).flatMap(({ tags, since, lastBeganAt = since }) => tags.map((tag): [string, number] => [tag, lastBeganAt])),
  );

/** Values of the open findings about a reference value, by tag. */
export const measuredIn = (alerts: readonly Alert[]): ReadonlyMap<string, number> =>
  new Map(openIn(alerts).flatMap(({ explanation }) => explanation.contributions.map(({ tag, measured }) => [tag, measured])));

const openIn = (alerts: readonly Alert[]): readonly AlertFinding[] =>
  alerts.flatMap(({ findings }) => findings.filter(({ detector, endedAt }) => judging.has(detector) && endedAt === undefined));
