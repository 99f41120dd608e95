import { isInside } from './cell/person.ts';
import { isExecuting } from './plc/index.ts';
import { isInZone, isStopped, speedOf } from './safety/index.ts';
import type { RobotCellState } from './state.ts';

const count = (condition: boolean): number => (condition ? 1 : 0);

/** True process values and totals: °, °/s, m/s, m, kg, s, °C, J unless the name states another unit. */
export function truthOf(state: RobotCellState): Record<string, number> {
  const { arms, conveyors, fixture, tally, plc, safety, air } = state;
  const truth: Record<string, number> = {
    'cell.state': plc.state,
    'cell.runs': count(isExecuting(state)),
    'cell.alarm': plc.alarm,
    'cell.zone': plc.zone,
    'parts.arrived': conveyors.arrived,
    'parts.good': tally.good,
    'parts.rejected': tally.rejected,
    'parts.badShipped': tally.badShipped,
    'parts.lost': tally.lost + conveyors.fallen,
    'parts.scrapped': tally.scrapped,
    'parts.inProcess':
      conveyors.infeed.parts.length +
      conveyors.outfeed.parts.length +
      count(fixture.part !== null) +
      arms.filter(({ part }) => part !== null).length,
    'parts.betweenS': tally.betweenS,
    'infeed.speed': conveyors.infeed.speed,
    'infeed.tilted': count(conveyors.tilted),
    'fixture.force': fixture.force,
    'fixture.depth': fixture.depth,
    'fixture.result': fixture.result,
    'fixture.clamp': fixture.clamp,
    'air.pressure': air.pressure,
    'safety.stopped': count(isStopped(safety)),
    'safety.estop': count(safety.estop),
    'safety.muted': count(safety.muted),
    'person.inside': count(isInside(state)),
    'person.exposureS': tally.exposureS,
    'person.warningSpeed': tally.warningSpeed,
    'arms.collision': tally.collision,
    'arms.bothInZone': count(arms.every((arm, i) => isInZone(arm, i))),
  };
  arms.forEach((arm, i) => {
    const name = `arm${i + 1}`;
    Object.assign(truth, {
      [`${name}.tcpSpeed`]: speedOf(arm),
      [`${name}.powered`]: count(arm.powered),
      [`${name}.step`]: arm.step,
      [`${name}.jogged`]: count(arm.jog !== 0),
      [`${name}.cycleS`]: arm.lastCycleS,
      [`${name}.cycles`]: arm.cycles,
      [`${name}.vacuum`]: arm.vacuum,
      [`${name}.part`]: count(arm.part !== null),
      [`${name}.deviation`]: arm.drives.deviation,
      [`${name}.warmth`]: arm.drives.warmth,
      [`${name}.hottest`]: Math.max(...arm.drives.temperature),
      [`${name}.energy`]: arm.drives.energy.total,
      [`${name}.heat`]: arm.drives.energy.heat,
      [`${name}.work`]: arm.drives.energy.work,
      [`${name}.brake`]: arm.drives.energy.brake,
      [`${name}.cabinet`]: arm.drives.energy.cabinet,
      ...Object.fromEntries(arm.motion.position.map((angle, axis) => [`${name}.axis${axis + 1}`, angle])),
      ...Object.fromEntries(arm.motion.speed.map((speed, axis) => [`${name}.speed${axis + 1}`, speed])),
      ...Object.fromEntries(arm.drives.current.map((amps, axis) => [`${name}.current${axis + 1}`, amps])),
    });
  });
  return truth;
}
