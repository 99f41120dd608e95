import { describe, expect, it } from 'vitest';
import { TinyPlant } from '../../test/support/tiny-plant.ts';
import { Rewind } from './rewind.ts';

/** A tank that fills by 1 a second, and by 10 while the valve is held open. */
const filling = (): TinyPlant => {
  const plant = new TinyPlant();
  plant.onStep = () => plant.set('LEVEL', plant.get('LEVEL') + (plant.get('CMD') === 1 ? 10 : 1));
  return plant;
};

describe('rewinding', () => {
  const never = new AbortController().signal;

  it('restores the state that the plant would have at its present time without any acts', async () => {
    const plant = filling();
    const rewind = new Rewind(plant, filling());
    plant.step(50);
    rewind.checkpoint();
    plant.write(plant.index('CMD'), 1);
    plant.step(1000);
    expect(plant.get('LEVEL')).toBe(10_050);
    await rewind.run(never);
    expect([plant.get('LEVEL'), plant.get('CMD'), plant.time]).toEqual([1050, 0, 1_050_000]);
  });

  it('also removes the effects of an earlier scenario, and then sets a new checkpoint', async () => {
    const plant = filling();
    const rewind = new Rewind(plant, filling());
    plant.step(50);
    rewind.checkpoint();
    plant.write(plant.index('CMD'), 1);
    plant.step(10);
    rewind.checkpoint();
    plant.step(10);
    await rewind.run(never);
    expect([plant.get('LEVEL'), plant.get('CMD')]).toEqual([70, 0]);
    plant.set('LEVEL', 1_000);
    rewind.checkpoint();
    plant.write(plant.index('CMD'), 1);
    plant.step(10);
    await rewind.run(never);
    expect(plant.get('LEVEL')).toBe(1_010);
  });

  it('catches up with a running plant, and runs once for two callers', async () => {
    const plant = filling();
    const rewind = new Rewind(plant, filling());
    plant.write(plant.index('CMD'), 1);
    plant.step(2000);
    const both = [rewind.run(never), rewind.run(never)];
    const going = setInterval(() => plant.step(7), 1);
    await Promise.all(both);
    clearInterval(going);
    expect(plant.get('LEVEL')).toBe(plant.time / 1000);
  });

  it('advances its checkpoint while no scenario runs, so that a reset stays short', async () => {
    const plant = filling();
    const twin = filling();
    const rewind = new Rewind(plant, twin);
    plant.step(86_400);
    rewind.idle();
    plant.write(plant.index('CMD'), 1);
    plant.step(10);
    let steps = 0;
    const one = twin.onStep;
    twin.onStep = (self) => {
      steps++;
      one?.(self);
    };
    await rewind.run(never);
    expect([steps, plant.get('LEVEL')]).toEqual([10, 86_410]);
  });
});
