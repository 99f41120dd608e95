import type { LearnedModes } from '../../detection/baseline/format.ts';
import { type Observation, timeOf } from '../../core/observation.ts';
import type { Tag, TagTable } from '../../core/tag.ts';
import { chosenShare, type Half, provedShare } from './proof.ts';
import { Floors } from './floors.ts';
import { leastStays, ModeCandidate } from './candidate.ts';

/** Parts of the data, used alternately for selection and proof. Not a divisor of days, so that neither has only nights. */
const parts = 13;
/** Least explained share of the variance of a measurement, in the selection and in the proof. */
const leastShare = 0.5;
/** Least share of the time in which the equipment is in one of its modes. */
const leastCover = 0.95;
/** Largest value of the measurement at rest, as a share of its value in the mode with the largest one. */
const restPart = 0.05;
/** Largest share of the time for settling: a tag that hardly ever settles, such as noise about 0, is no mode. */
const mostSettling = 0.25;
/** Largest share of the time in which a measurement is at neither rest nor operation: starts and stops pass, values that rise and fall do not. */
const mostBetween = 0.05;
/** An equipment with more tags is no single machine. */
const mostTags = 50;

/** Candidate tags, the most reliable first: status of the equipment, its commands, its measurements. */
const ranks: readonly ((candidate: ModeCandidate, tag: Tag) => boolean)[] = [
  ({ exact }, { role }) => exact && role === 'status',
  ({ exact }, { role }) => exact && role !== 'status',
  ({ exact, floor }) => !exact && floor === undefined,
  ({ floor }) => floor !== undefined,
];

/**
 * Finds equipment whose mode is defined by one of its own tags: a discrete tag, or a measurement that is 0 at rest, exactly or
 * within noise. Only proved modes count. The tag is selected in one half of the data, by the measurement of the equipment that it
 * explains best, and must explain it in the other half too. Equipment with configured modes is skipped.
 * @param running observations in time order; read twice
 */
export function learnModes(running: Iterable<Observation>, tags: TagTable): LearnedModes[] {
  const possible = possibleTags(tags);
  if (possible.length === 0) return [];
  const floors = new Floors(
    possible.flatMap(({ exact, index }) => (exact ? [] : [index])),
    tags.size,
  );
  const span = spanOf(running, floors);
  const candidates = possible.flatMap(({ index, equipment, exact, measured }) => {
    const candidate = new ModeCandidate(index, equipment, exact, measured);
    const floor = floors.of(index);
    return floor === undefined ? [candidate] : [candidate, new ModeCandidate(index, equipment, exact, measured, floor)];
  });
  const half = (time: number): Half => (Math.floor((parts * (time - span.from)) / (span.to - span.from)) % 2 === 0 ? 0 : 1);
  const byTag = tags.tags.map((): ModeCandidate[] => []);
  for (const candidate of candidates) byTag[candidate.index]?.push(candidate);
  let watching = watchersOf(candidates, tags);
  for (const observation of running) {
    if (observation.kind !== 'batch') continue;
    const { batch } = observation;
    // the tag of the mode comes first: it was read together with the rest
    for (let row = 0; row < batch.length; row++)
      for (const candidate of byTag[batch.tag[row] as number] ?? [])
        if (candidate.take(batch, row, half)) watching = watchersOf(candidates, tags);
    for (let row = 0; row < batch.length; row++)
      for (const candidate of watching[batch.tag[row] as number] ?? []) candidate.measure(batch, row, half);
  }
  const byEquipment = Map.groupBy(candidates, ({ equipment }) => equipment);
  return [...byEquipment.values()].flatMap((own) => {
    const ranked = ranks.map((rank) => own.filter((candidate) => rank(candidate, tags.at(candidate.index))));
    const found = ranked.map((some) => proved(some, tags, span)).find((modes) => modes !== undefined);
    return found === undefined ? [] : [found];
  });
}

/** A candidate tag of its equipment, and the other measurements of that. */
type Candidate = Pick<ModeCandidate, 'index' | 'equipment' | 'exact' | 'measured'>;

function possibleTags(tags: TagTable): Candidate[] {
  const byEquipment = Map.groupBy(tags.tags.keys(), (index) => tags.at(index).equipment);
  return [...byEquipment].flatMap(([equipment, indices]) => {
    const own = indices.map((index): [number, Tag] => [index, tags.at(index)]);
    if (equipment === '' || own.length > mostTags || own.some(([, { modes }]) => modes !== undefined)) return [];
    const measured = own.filter(([, { kind, role }]) => kind === 'analog' && role === 'measurement').map(([index]) => index);
    return own.flatMap(([index, { kind }]) => {
      const others = measured.filter((other) => other !== index);
      if (others.length === 0 || (kind !== 'discrete' && !measured.includes(index))) return [];
      return [{ index, equipment, exact: kind === 'discrete', measured: others }];
    });
  });
}

/** By index of a measurement, the tags that distinguish modes: most candidates never do, and cost nothing. */
function watchersOf(candidates: readonly ModeCandidate[], tags: TagTable): readonly (readonly ModeCandidate[])[] {
  const watching = tags.tags.map((): ModeCandidate[] => []);
  for (const candidate of candidates.filter(({ distinguishes }) => distinguishes))
    for (const index of candidate.measured) watching[index]?.push(candidate);
  return watching;
}

/** Reads the data once, for their time span and for measurements at rest. */
function spanOf(running: Iterable<Observation>, floors: Floors): { readonly from: number; readonly to: number } {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const observation of running) {
    const time = timeOf(observation);
    if (time < from) from = time;
    if (time > to) to = time;
    if (observation.kind === 'batch') floors.observe(observation.batch);
  }
  return { from, to };
}

/** True if a measurement is almost 0 at rest, and hardly ever between that and its operating values. */
function isApart(candidate: ModeCandidate): boolean {
  const [rest, run] = candidate.own;
  return Math.abs(rest.mean) <= restPart * run.mean && candidate.between() <= mostBetween;
}

/** The modes by the best of several tags, if it is good enough. */
function proved(
  candidates: readonly ModeCandidate[],
  tags: TagTable,
  span: { readonly from: number; readonly to: number },
): LearnedModes | undefined {
  let best: { readonly candidate: ModeCandidate; readonly measured: number; readonly share: number } | undefined;
  for (const candidate of candidates) {
    if (candidate.kept().length < 2 || !(candidate.cover() >= leastCover) || candidate.settling() > mostSettling) continue;
    if (candidate.floor !== undefined && !isApart(candidate)) continue;
    for (const measured of candidate.measured) {
      const share = chosenShare(candidate.spreads(measured), leastStays);
      if (share >= leastShare && share > (best?.share ?? 0)) best = { candidate, measured, share };
    }
  }
  if (best === undefined) return undefined;
  const { candidate, measured } = best;
  const spreads = candidate.spreads(measured);
  const share = provedShare(spreads);
  if (!(share >= leastShare)) return undefined;
  const means = spreads.map(([chosen]) => Math.abs(chosen.mean));
  const most = Math.max(...means);
  const kept = candidate.kept();
  const restsAt = candidate.exact ? kept.filter((_, i) => (means[i] as number) <= restPart * most) : [0];
  const names = namesOf(kept, restsAt, candidate.exact ? tags.at(candidate.index).states : undefined);
  const shares: Record<string, number> = {};
  kept.forEach((value, i) => (shares[names[i] as string] = (shares[names[i] as string] ?? 0) + candidate.part(value)));
  const of = Object.fromEntries(kept.map((value, i) => [value, names[i] as string]));
  return {
    equipment: candidate.equipment,
    tag: tags.at(candidate.index).name,
    ...(candidate.exact ? { of } : { of: { 0: of[0] as string }, otherwise: of[1] as string }),
    ...(candidate.floor === undefined ? {} : { floor: candidate.floor.cut }),
    settleMs: candidate.settleMs,
    restsAt,
    shares,
    changes: candidate.changes,
    proof: { tag: tags.at(measured).name, share },
    ...span,
  };
}

/** Names of the states of the tag, as long as they are distinct. */
function namesOf(values: readonly number[], restsAt: readonly number[], states: Tag['states'] = {}): string[] {
  const isOne = values.length - restsAt.length === 1;
  const names = values.map((value) => {
    const own = (states[value] ?? '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]+/g, ' ')
      .trim();
    if (own !== '') return own;
    if (restsAt.includes(value)) return 'stopped';
    return isOne && restsAt.length > 0 ? 'running' : `at ${value}`;
  });
  return new Set(names).size > 1 ? names : values.map((value) => `at ${value}`);
}
