import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';

/** A command, status or set-point and a measurement that may answer it: indices into the tag table. */
export interface Candidate {
  readonly driver: number;
  readonly answer: number;
}

export interface Bounds {
  /** Measurements for each driver. */
  readonly mostCandidates: number;
  /** Drivers for each measurement. */
  readonly mostCommands: number;
}

const isSwitch = ({ kind, role }: Tag): boolean => kind === 'discrete' && (role === 'command' || role === 'status');
const isSetpoint = ({ kind, role }: Tag): boolean => kind === 'analog' && role === 'setpoint';
const isMeasurement = ({ kind, role }: Tag): boolean => kind === 'analog' && role === 'measurement';

/**
 * Pairs that the configuration suggests. A command has the measurements of its own equipment. A status also has those of the station of its
 * equipment (`PS` for `PS.P1`) and of equipment of its area without drives, and so has a command without a status. A set-point has
 * the measurements of its equipment with its unit.
 */
export function candidatesOf({ tags, watched }: DetectorTarget, { mostCandidates, mostCommands }: Bounds): Candidate[] {
  const some = watched.filter((index) => tags.at(index).equipment !== '');
  const measured = some.filter((index) => isMeasurement(tags.at(index)));
  const ofEquipment = Map.groupBy(measured, (index) => tags.at(index).equipment);
  const ofArea = Map.groupBy(measured, (index) => tags.at(index).area);
  const switches = some.filter((index) => isSwitch(tags.at(index)));
  const driven = new Set(switches.map((index) => tags.at(index).equipment));
  const withStatus = new Set(
    switches.filter((index) => tags.at(index).role === 'status').map((index) => tags.at(index).equipment),
  );
  const drivers = some.filter((index) => isSwitch(tags.at(index)) || isSetpoint(tags.at(index)));
  const commands = new Map<number, number>();
  return drivers.flatMap((driver) => {
    const { equipment, area, role, unit } = tags.at(driver);
    const own = ofEquipment.get(equipment) ?? [];
    const isFarReaching = role === 'status' || (role === 'command' && !withStatus.has(equipment));
    const others = isFarReaching
      ? [...stationsOf(equipment).flatMap((id) => ofEquipment.get(id) ?? []), ...freeOf(ofArea.get(area) ?? [], driven, tags)]
      : [];
    const answers = role === 'setpoint' ? own.filter((index) => tags.at(index).unit === unit) : [...new Set([...own, ...others])];
    return answers.slice(0, mostCandidates).flatMap((answer) => {
      const count = (commands.get(answer) ?? 0) + 1;
      if (count > mostCommands) return [];
      commands.set(answer, count);
      return [{ driver, answer }];
    });
  });
}

/** The stations of an equipment, the nearest first: `A.B` and `A` for `A.B.C`. */
function stationsOf(equipment: string): string[] {
  const parts = equipment.split('.');
  return parts.slice(1).map((_, i) => parts.slice(0, parts.length - 1 - i).join('.'));
}

const freeOf = (measured: readonly number[], driven: ReadonlySet<string>, tags: TagTable): number[] =>
  measured.filter((index) => !driven.has(tags.at(index).equipment));
