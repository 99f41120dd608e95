import { expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { isRunning, runningTags } from './running.ts';

const contact = { kind: 'discrete', role: 'status', states: { 0: 'stopped', 1: 'running' } } as const;
const step = { kind: 'discrete', role: 'status', states: { 0: 'stopped', 1: 'purge', 7: 'running' } } as const;
const equipment = ['K1', 'K2', 'K3'].map((id) => ({ id, name: id, kind: 'compressor' }));
const namesOf = (...tags: readonly ReturnType<typeof tagOf>[]): readonly (readonly string[])[] =>
  runningTags(equipment, tags).map(({ tags: of }) => of.map(({ name }) => name));

it('counts a machine once, by its contact if it has one', () => {
  const tags = [
    tagOf('K1.STATE', { equipment: 'K1', ...step }),
    tagOf('K1.RUN', { equipment: 'K1', ...contact }),
    tagOf('K2.STATE', { equipment: 'K2', ...step }),
  ];
  expect(namesOf(...tags)).toEqual([['K1.RUN', 'K2.STATE']]);
  // two drives of one equipment are two machines
  expect(namesOf(tagOf('K3.A.RUN', { equipment: 'K3', ...contact }), tagOf('K3.B.RUN', { equipment: 'K3', ...contact }))).toEqual(
    [['K3.A.RUN', 'K3.B.RUN']],
  );
});

it('knows running by the name of the state', () => {
  const [named, unnamed] = [tagOf('K1.STATE', step), tagOf('X', {})];
  expect([isRunning(named, 7), isRunning(named, 1), isRunning(unnamed, 1)]).toEqual([true, false, true]);
});
