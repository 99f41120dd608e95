import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';

/** A state variable: one discrete tag, or a set of similar ones of which those at 1 are counted. */
export interface Variable {
  /** The tag's name, or `area/PS.P#.RUN` for a set. */
  readonly key: string;
  /** Indices into the tag table, in its order. */
  readonly members: readonly number[];
  /** True: its state is the number of members at 1. False: its state is the value of its one member. */
  readonly counted: boolean;
  readonly area: string;
  /** Equipment of the one member, or the station of the members; empty when there is none. */
  readonly equipment: string;
  /** Indices of analog measurements that may depend on the state, its own area's first. */
  readonly companions: readonly number[];
}

/** Maximum number of members of a counted set; larger sets are excluded, because their count carries little information. */
const mostCounted = 15;

/**
 * State variables of a target. Two-state tags of one area whose names differ only in numbers (`PS.P1.RUN`, `PS.P2.RUN`) are
 * counted together, because their number matters and not which ones run. Every other discrete status or command is a variable of
 * its own, and so is one member of a set for each apparatus of an equipment with measurements. Its companions are the measurements of its own equipment, if there are any: the step of one filter is unrelated to the
 * town. Such measurements are not companions of tags of other equipment.
 */
export function stateVariables({ tags, watched }: DetectorTarget, mostCompanions: number): Variable[] {
  const discrete = watched.filter((index) => isDrive(tags.at(index)));
  const driven = new Set(discrete.map((index) => tags.at(index).equipment));
  const alike = Map.groupBy(discrete, (index) => setOf(tags.at(index)));
  const sets = [...alike].filter(([, members]) => members.length <= mostCounted);
  const measured = watched.filter((index) => tags.at(index).kind === 'analog' && tags.at(index).role === 'measurement');
  const free = measured.filter((index) => !driven.has(tags.at(index).equipment));
  const companions = new Map<string, readonly number[]>();
  const ownOf = (equipment: string): readonly number[] => measured.filter((index) => tags.at(index).equipment === equipment);
  return [...sets, ...aloneOf(sets, tags, ownOf)].map(([key, members]) => {
    const { area, equipment, name } = tags.at(members[0] as number);
    if (!companions.has(area)) companions.set(area, companionsOf(area, tags, free, mostCompanions));
    const counted = members.length > 1;
    const own = counted ? [] : ownOf(equipment);
    return {
      key: counted ? key : name,
      members,
      counted,
      area,
      equipment: counted ? station(members, tags) : equipment,
      companions: (own.length > 0 ? own : (companions.get(area) ?? [])).slice(0, mostCompanions),
    };
  });
}

/**
 * Members of counted sets whose equipment has measurements: the current of a pump depends on whether this pump runs. Each apparatus of an
 * equipment has one, its first status: a feeder (`F1`) has a relay (`F1.PICKUP`) and a breaker (`QF1.POS`, `QF1.SPR`). Equipment without a
 * status has its first command.
 */
function aloneOf(
  sets: readonly (readonly [string, readonly number[]])[],
  tags: TagTable,
  ownOf: (equipment: string) => readonly number[],
): [string, readonly number[]][] {
  const members = sets.flatMap(([, list]) => (list.length > 1 ? list : []));
  const byEquipment = Map.groupBy(members, (index) => tags.at(index).equipment);
  return [...byEquipment].flatMap(([equipment, own]) => {
    if (ownOf(equipment).length === 0) return [];
    const statuses = Map.groupBy(
      own.filter((index) => tags.at(index).role === 'status'),
      (index) => apparatusOf(tags.at(index)),
    );
    const chosen = statuses.size > 0 ? [...statuses.values()].map(([first]) => first as number) : own.slice(0, 1);
    return chosen.map((index): [string, readonly number[]] => [tags.at(index).name, [index]]);
  });
}

/** Name of a tag without its last part. */
const apparatusOf = ({ name }: Tag): string => /^(.+)[._/-]/.exec(name)?.[1] ?? '';

const isDrive = ({ kind, role }: Tag): boolean => kind === 'discrete' && (role === 'status' || role === 'command');

/** Tags with the same result are counted together. */
function setOf({ name, area, states }: Tag): string {
  const twoStates = states !== undefined && Object.keys(states).length === 2 && '0' in states && '1' in states;
  if (!twoStates) return name;
  return `${area}/${name.replaceAll(/\d+/g, '#')}`;
}

/** The longest common prefix of the members' equipment names, if it is an equipment of the site: `PS` for `PS.P1` and `PS.P2`. */
function station(members: readonly number[], tags: TagTable): string {
  const paths = members.map((index) => tags.at(index).equipment.split('.'));
  const [first = []] = paths;
  const equipments = new Set(tags.tags.map(({ equipment }) => equipment));
  for (let length = first.length; length > 0; length--) {
    const prefix = first.slice(0, length);
    const name = prefix.join('.');
    if (equipments.has(name) && paths.every((path) => prefix.every((part, i) => path[i] === part))) return name;
  }
  return '';
}

/** All of the own area, then one of each other area in turn, up to the limit. */
function companionsOf(area: string, tags: TagTable, measured: readonly number[], most: number): readonly number[] {
  const own = measured.filter((index) => tags.at(index).area === area);
  const others = [...Map.groupBy(measured, (index) => tags.at(index).area)].filter(([name]) => name !== area);
  const longest = Math.max(0, ...others.map(([, list]) => list.length));
  const foreign = Array.from({ length: longest }, (_, rank) => others.flatMap(([, list]) => list.slice(rank, rank + 1))).flat();
  return [...own, ...foreign].slice(0, most);
}
