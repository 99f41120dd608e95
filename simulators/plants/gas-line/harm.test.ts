import { describe, expect, it } from 'vitest';
import type { GasLine } from './plant.ts';
import { act, plantAt, register, secondsUntil, truth, write } from './testing.ts';

const units = [1, 2, 3] as const;
const surges = (plant: GasLine) => () => truth(plant, 'surges.total') > 0;
const trips = (plant: GasLine) => () => truth(plant, 'trips.total') > 0;
const above = (plant: GasLine, pressure: number) => () => truth(plant, 'station.discharge') > pressure;

/** Holds all anti-surge valves at an opening by hand, %. */
function holdValves(plant: GasLine, percent: number): void {
  for (const n of units) {
    write(plant, `K${n}.ASVMAN`, percent);
    write(plant, `K${n}.ASMODE`, 0);
  }
}

/** Runs units 1 and 2 at speeds of their own, share of the rated speed. */
function setSpeeds(plant: GasLine, speeds: readonly number[]): void {
  speeds.forEach((speed, i) => {
    write(plant, `K${i + 1}.NMAN`, 9500 * speed);
    write(plant, `K${i + 1}.NMODE`, 0);
  });
}

/** Seconds, by tens, until gate 3 is below 4 MPa. @param every called each ten seconds */
function untilGateIsLow(plant: GasLine, most: number, every: () => void = () => {}): number {
  for (let s = 10; s <= most; s += 10) {
    every();
    plant.step(10);
    if (truth(plant, 'gate3.pressure') < 4) return s;
  }
  return Number.POSITIVE_INFINITY;
}

describe('surge, within seconds', () => {
  it.each([8, 6])('discharge valve shut with the anti-surge valves held, at %d:00', (hour) => {
    const plant = plantAt(hour);
    holdValves(plant, 0);
    write(plant, 'SV2.CMD', 0);
    const first = secondsUntil(plant, surges(plant), 60);
    expect(first).toBeLessThan(30);
    expect(first + secondsUntil(plant, trips(plant), 60)).toBeLessThan(70);
    expect(Math.max(...units.map((n) => register(plant, `K${n}.FIRST`)))).toBe(7);
  });

  it('reverses the flow and heats the gas in each cycle', () => {
    const plant = plantAt(8);
    holdValves(plant, 0);
    write(plant, 'SV2.CMD', 0);
    let [lowest, hottest] = [0, 0];
    const cold = truth(plant, 'unit1.temperature');
    for (let s = 0; s < 40; s++) {
      plant.step(1);
      lowest = Math.min(lowest, truth(plant, 'unit1.flow'), truth(plant, 'unit2.flow'));
      hottest = Math.max(hottest, truth(plant, 'unit1.temperature'), truth(plant, 'unit2.temperature'));
    }
    expect(lowest).toBeLessThan(-3);
    expect(hottest).toBeGreaterThan(cold + 8);
  });

  it('anti-surge valves forced shut on a warm night, while they recycle', () => {
    const plant = plantAt(2);
    act(plant, 'cold-snap', -12);
    plant.step(3600);
    expect(truth(plant, 'unit1.asv')).toBeGreaterThan(4);
    holdValves(plant, 0);
    expect(secondsUntil(plant, surges(plant), 60)).toBeLessThan(20);
    expect(secondsUntil(plant, trips(plant), 60)).toBeLessThan(40);
  });

  it('unit 1 slower than unit 2: it surges without its controller, and does not with it', () => {
    const [held, healthy] = [plantAt(10), plantAt(10)];
    holdValves(held, 0);
    for (const plant of [held, healthy]) setSpeeds(plant, [0.85, 1.04]);
    expect(secondsUntil(held, () => truth(held, 'unit1.surges') > 0, 60)).toBeLessThan(30);
    expect(secondsUntil(held, trips(held), 60)).toBeLessThan(50);
    healthy.step(600);
    expect(truth(healthy, 'surges.total')).toBe(0);
  });

  it('flow transmitters read high while the discharge valve closes: the controllers see margin, and all units surge', () => {
    const plant = plantAt(8);
    for (const n of units) plant.act({ type: 'sensor-bias', point: `K${n}.DPO`, offset: 8 });
    write(plant, 'SV2.CMD', 0);
    expect(secondsUntil(plant, surges(plant), 900)).toBeLessThan(700);
    expect(register(plant, 'K1.ASMODE')).toBe(1);
  });
});

describe('over-pressure, within minutes', () => {
  it('discharge valve shut at fixed speed: more than 7 MPa in five minutes, and the hard-wired trip', () => {
    const plant = plantAt(8);
    write(plant, 'ST.NMAN', truth(plant, 'unit1.speed'));
    write(plant, 'ST.MODE', 0);
    write(plant, 'SV2.CMD', 0);
    expect(secondsUntil(plant, above(plant, 7), 600)).toBeLessThan(300);
    expect(secondsUntil(plant, trips(plant), 600)).toBeLessThan(400);
    expect(register(plant, 'K1.FIRST')).toBe(1);
    expect(truth(plant, 'station.discharge')).toBeLessThan(7.4);
  });

  it('discharge valve shut in automatic mode: more than 7 MPa only after half an hour', () => {
    const plant = plantAt(8);
    write(plant, 'SV2.CMD', 0);
    const at = secondsUntil(plant, above(plant, 7), 4000);
    expect(at).toBeGreaterThan(1500);
    expect(at).toBeLessThan(3600);
    expect(truth(plant, 'surges.total')).toBe(0);
  });
});

describe('supply loss, within hours', () => {
  it('both units stopped: gate 3 below 4 MPa after half a day', () => {
    const plant = plantAt(6);
    const hours =
      untilGateIsLow(plant, 15 * 3600, () => {
        for (const n of units) write(plant, `K${n}.CMD`, 0);
      }) / 3600;
    expect(hours).toBeGreaterThan(8);
    expect(hours).toBeLessThan(14);
    expect(truth(plant, 'station.bypass')).toBeGreaterThan(20);
  }, 300_000);

  it('leak of 60 kg/s: gate 3 below 4 MPa within a few hours; one of 15 kg/s shows in the balance within half an hour', () => {
    const plant = plantAt(8);
    act(plant, 'leak', 60);
    expect(untilGateIsLow(plant, 6 * 3600)).toBeLessThan(5 * 3600);
    const other = plantAt(8);
    act(other, 'leak', 15);
    other.step(1800);
    expect(register(other, 'LK.BAL')).toBeGreaterThan(5);
  }, 300_000);

  it('supply 1.2 MPa lower: suction below 3.8 MPa within a few hours', () => {
    const plant = plantAt(8);
    act(plant, 'supply-drop', 1.2);
    expect(secondsUntil(plant, () => truth(plant, 'station.suction') < 3.8, 4 * 3600)).toBeLessThan(3 * 3600);
  }, 300_000);
});

describe('city gates', () => {
  it('heater off: below 0 °C within minutes, and the regulator freezes within an hour', () => {
    const plant = plantAt(8);
    write(plant, 'G3.HTRCMD', 0);
    expect(secondsUntil(plant, () => truth(plant, 'gate3.temperature') < 0, 900)).toBeLessThan(600);
    const frozen = secondsUntil(plant, () => truth(plant, 'gate3.flow') < 0.5 * truth(plant, 'gate3.demand'), 4000);
    expect(frozen).toBeLessThan(3600);
  });

  it('set-point far too high: the slam-shut valve cuts the city off, and only a person resets it', () => {
    const plant = plantAt(8);
    write(plant, 'G1.PSP', 2.2);
    expect(secondsUntil(plant, () => register(plant, 'G1.SSV') === 1, 60)).toBeLessThan(20);
    write(plant, 'G1.PSP', 1.6);
    plant.step(60);
    expect([register(plant, 'G1.SSV'), truth(plant, 'gate1.flow')]).toEqual([1, 0]);
    act(plant, 'recover');
    plant.step(30);
    expect(truth(plant, 'gate1.flow')).toBeGreaterThan(10);
  });
});

describe('gas and emergency stop', () => {
  it('gas in the hall stops the station and shuts its valves; a pressure sensor that drifts does not', () => {
    const plant = plantAt(10);
    act(plant, 'gas-in-hall', 60);
    plant.step(20);
    expect([register(plant, 'FG.ESD'), register(plant, 'SV1.POS'), register(plant, 'K1.FIRST')]).toEqual([1, 0, 8]);
    const other = plantAt(10);
    other.act({ type: 'sensor-bias', point: 'ST.PD', offset: 0, driftPerHour: 0.378 });
    const before = truth(other, 'station.discharge');
    other.step(3600);
    expect(before - truth(other, 'station.discharge')).toBeGreaterThan(0.2);
    expect(register(other, 'ST.PD')).toBeGreaterThan(6.2);
    expect(truth(other, 'trips.total')).toBe(0);
  });
});
