import { plants } from '../../../simulators/plants/index.ts';
import { scenariosOf } from '../../../simulators/scenarios/index.ts';
import { pairsOf } from '../incidents/pairs.ts';
import { benchOf, speeds } from '../incidents/rows.ts';
import { type GateScenario, higher, lower } from './scenario.ts';

/** Plants with a shipped baseline; without one, the figures would depend on what a run learns. */
const judged = plants.filter(({ shipped }) => shipped !== undefined);

/** Gates of the incidents of each of these plants: ids without a plant are those of the waterworks, the plant of the bench without `--plant`. */
export const incidentScenarios: readonly GateScenario[] = judged.flatMap(({ type }) => {
  const bench = benchOf(type);
  const ids = type === 'waterworks' ? 'incidents' : `incidents-${type}`;
  const hasFaults = scenariosOf(type).some(({ kind }) => kind === 'fault');
  const own = speeds.flatMap((speed) => [
    ...gatesAt(speed, `${bench}, ${speed}×`, ids),
    ...(hasFaults ? faultGatesAt(speed, `${bench}, ${speed}×`, ids) : []),
  ]);
  if (pairsOf(type).length > 0) own.push(gateOfPairs(type, bench, ids));
  return own.map((scenario) => ({ ...scenario, plant: type }));
});

/**
 * Ids of gates whose plays were never complete, so that they have no stored figure; a run compares them with their bars alone. `--accept` stores a
 * whole run. Its figures then leave this list.
 */
export const unstored: readonly string[] = [];

function gatesAt(speed: number, row: string, ids: string): readonly GateScenario[] {
  return [
    lower(`${ids}/per-attack-${speed}`, 'incidents', `${row}, per attack`, 0.1, 1.2),
    lower(`${ids}/flicker-${speed}`, 'incidents', `${row}, back to normal during an attack`, 0, 0),
    higher(`${ids}/in-time-${speed}`, 'incidents', `${row}, attacks found in time`, 0),
    higher(`${ids}/sound-${speed}`, 'incidents', `${row}, attacks that sound`, 0),
    higher(`${ids}/response-${speed}`, 'incidents', `${row}, attacks with a response`, 0),
    lower(`${ids}/first-alert-${speed}`, 'incidents', `${row}, first alert of an attack`, 30),
    lower(`${ids}/other-${speed}`, 'incidents', `${row}, other incidents`, 0),
    higher(`${ids}/quiet-${speed}`, 'incidents', `${row}, benign and quiet`, 0),
  ];
}

function faultGatesAt(speed: number, row: string, ids: string): readonly GateScenario[] {
  return [
    lower(`${ids}/per-fault-${speed}`, 'incidents', `${row}, per fault`, 0.1),
    higher(`${ids}/faults-in-time-${speed}`, 'incidents', `${row}, faults found in time`, 0),
  ];
}

function gateOfPairs(type: string, row: string, ids: string): GateScenario {
  return higher(`${ids}/pairs`, 'incidents', `${row}, two events are two`, 0, pairsOf(type).length);
}
