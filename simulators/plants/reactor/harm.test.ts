import { describe, expect, it } from 'vitest';
import type { Reactor } from './plant.ts';
import { act, byHand, plantAt, register, secondsUntil, truth, write } from './testing.ts';

const pressure = 1;
const [reactorLevel, separatorLevel, stripperLevel] = [3, 4, 5];
const stuck = (point: string, value: number) => (plant: Reactor) => plant.act({ type: 'sensor-stuck', point, value });
const biased = (point: string, offset: number) => (plant: Reactor) => plant.act({ type: 'sensor-bias', point, offset });
const drifting = (point: string, driftPerHour: number) => (plant: Reactor) =>
  plant.act({ type: 'sensor-bias', point, offset: 0, driftPerHour });
const tripped = (plant: Reactor) => () => register(plant, 'SIS.TRIP') === 1;

describe('the section is shut down', () => {
  it.each([
    ['reactor water valve shut', (p) => byHand(p, 'TIC02', 0), 5, 8, [pressure]],
    ['reactor water valve held at 20 %', (p) => byHand(p, 'TIC02', 20), 10, 30, [pressure]],
    ['reactor water valve open: quenched', (p) => byHand(p, 'TIC02', 100), 6, 10, [pressure]],
    ['temperature transmitter stuck at 110 °C', stuck('R1.TT01A', 110), 5, 13, [pressure]],
    ['temperature transmitter stuck at 130 °C', stuck('R1.TT01A', 130), 6, 10, [pressure]],
    ['compressor trip', (p) => act(p, 'compressor-trip'), 2, 4, [pressure]],
    ['recycle by-pass open', (p) => write(p, 'XV05.CMD', 100), 8, 35, [pressure, reactorLevel]],
    ['condenser water shut', (p) => byHand(p, 'LIC01', 0), 25, 45, [pressure, reactorLevel]],
    ['A + C feed lost', (p) => act(p, 'feed-lost', 4), 50, 75, [pressure]],
    ['separator valve shut', (p) => byHand(p, 'LIC02', 0), 14, 20, [separatorLevel]],
    ['separator valve open', (p) => byHand(p, 'LIC02', 100), 5, 7, [separatorLevel]],
    ['product valve shut', (p) => byHand(p, 'LIC03', 0), 8, 11, [stripperLevel]],
    ['product valve open', (p) => byHand(p, 'LIC03', 100), 7, 9, [stripperLevel]],
    ['separator level stuck at 60 %', stuck('S1.LT', 60), 20, 28, [separatorLevel]],
    ['stripper level stuck at 40 %', stuck('C1.LT', 40), 25, 34, [stripperLevel]],
    ['edited pressure logic', (p) => act(p, 'logic-edited'), 10, 25, [pressure]],
    ['temperature transmitter drifts by 1 K a minute', drifting('R1.TT01A', -60), 35, 55, [pressure]],
    ['reactor level stuck at 60 %', stuck('R1.LT01', 60), 80, 110, [reactorLevel]],
    ['reactor level stuck at 90 %', stuck('R1.LT01', 90), 200, 260, [pressure]],
  ] as readonly (readonly [string, (plant: Reactor) => void, number, number, number[]])[])(
    '%s',
    (_, harm, fromMinutes, toMinutes, causes) => {
      const plant = plantAt(10);
      harm(plant);
      const minutes = secondsUntil(plant, tripped(plant), 60 * toMinutes, 5) / 60;
      expect(minutes).toBeGreaterThan(fromMinutes);
      expect(minutes).toBeLessThan(toMinutes);
      expect(causes).toContain(register(plant, 'SIS.FIRST'));
    },
  );

  it('without harm afterwards: feeds shut, purge and water open, and the section cools', () => {
    const plant = plantAt(10);
    byHand(plant, 'TIC02', 0);
    secondsUntil(plant, tripped(plant), 900);
    plant.step(1200);
    expect(truth(plant, 'reactor.pressure')).toBeLessThan(2900);
    expect([truth(plant, 'feed.d') < 10, truth(plant, 'valve.XV06') > 99, truth(plant, 'valve.XV10') > 99]).toEqual([
      true,
      true,
      true,
    ]);
    plant.step(5 * 3600);
    expect(truth(plant, 'reactor.temperature')).toBeLessThan(60);
    for (const value of plant.registers) expect(Number.isFinite(value)).toBe(true);
  });
});

describe('the section stays in operation', () => {
  it.each([
    ['temperature transmitter 5 K low: truly 125 °C', biased('R1.TT01A', -5)],
    ['cooling waters 5 K warmer', (p) => act(p, 'water-warm', 5)],
    ['35 % of the heat transfer lost', (p) => act(p, 'fouling', 35)],
    ['agitator off', (p) => write(p, 'XV12.CMD', 0)],
    ['reactions 10 % slower', (p) => act(p, 'kinetics-shift', -10)],
    ['20 % of the A + C feed lost', (p) => act(p, 'feed-lost', 4.2)],
  ] as readonly (readonly [string, (plant: Reactor) => void])[])('%s', (name, harm) => {
    const plant = plantAt(10);
    harm(plant);
    plant.step(2 * 3600);
    expect(truth(plant, 'safety.tripped')).toBe(0);
    if (name.startsWith('temperature')) expect(Math.abs(truth(plant, 'reactor.temperature') - 125.4)).toBeLessThan(0.5);
  });
});

describe('the section stays in operation for hours', () => {
  it.each([
    ['temperature transmitter 10 K low', biased('R1.TT01A', -10), 3, 'reactor.temperature', 130.4, 0.5],
    ['pressure transmitter 200 kPa low', biased('R1.PT01A', -200), 6, 'reactor.pressure', 2900, 15],
    ['set-point of the pressure 2950 kPa', (p) => write(p, 'PIC01.SP', 2950), 10, 'reactor.pressure', 2930, 25],
    ['purge shut', (p) => byHand(p, 'PIC01', 0), 8, 'reactor.pressure', 2920, 30],
    ['purge open', (p) => byHand(p, 'PIC01', 100), 6, 'reactor.pressure', 2500, 20],
    ['A feed lost', (p) => act(p, 'feed-lost', 3), 6, 'reactor.pressure', 2890, 40],
  ] as readonly (readonly [string, (plant: Reactor) => void, number, string, number, number])[])(
    '%s',
    (_, harm, hours, name, expected, tolerance) => {
      const plant = plantAt(10);
      harm(plant);
      plant.step(hours * 3600);
      expect(truth(plant, 'safety.tripped')).toBe(0);
      expect(Math.abs(truth(plant, name) - expected)).toBeLessThan(tolerance);
    },
  );
});

describe('a reactor whose water valve is held', () => {
  it.each([
    [38, 127.5, 2],
    [33, 140, 8],
  ])('at %d %% is near %d °C, with control of everything else', (opening, temperature, tolerance) => {
    const plant = plantAt(10);
    byHand(plant, 'TIC02', opening);
    plant.step(2 * 3600);
    expect(Math.abs(truth(plant, 'reactor.temperature') - temperature)).toBeLessThan(tolerance);
  });
});

describe('a safety system with its key at PROGRAM', () => {
  it('accepts another limit, and does not stop a reactor without cooling water', () => {
    const plant = plantAt(10);
    act(plant, 'key-left', 1);
    write(plant, 'SIS.PTRIP', 3500);
    write(plant, 'SIS.TTRIP', 300);
    byHand(plant, 'TIC02', 0);
    plant.step(720);
    expect([truth(plant, 'safety.tripped'), truth(plant, 'reactor.pressure') > 3200]).toEqual([0, true]);
    expect(truth(plant, 'reactor.temperature')).toBeGreaterThan(175);
    plant.step(3600);
    expect(truth(plant, 'mass.relieved')).toBeGreaterThan(100);
    for (const value of plant.registers) expect(Number.isFinite(value)).toBe(true);
  });

  it('ignores the same writes with its key at RUN', () => {
    const plant = plantAt(10);
    write(plant, 'SIS.PTRIP', 3500);
    write(plant, 'SIS.MODE', 1);
    write(plant, 'SIS.BYP', 1);
    plant.step(2);
    expect([register(plant, 'SIS.PTRIP'), register(plant, 'SIS.MODE'), register(plant, 'SIS.BYP')]).toEqual([3000, 0, 0]);
  });
});
