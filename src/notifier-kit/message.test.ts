import { expect, it } from 'vitest';
import { changeOf, digestOf, intrusion } from '../../test/support/alert-changes.ts';
import { digestMessageOf, messageOf } from './message.ts';

const options = { kinds: ['raised', 'returned'], minimumPriority: 'A' } as const;

it('fills the placeholders of a template once, and runs nothing', () => {
  const title = 'Level {response} of $1 ${process.exit(1)}';
  const change = changeOf(1, { alert: { ...intrusion, title } });
  const template = { title: '{area}:\n{title}', text: 'Do: {response}\n\n{techniques}; {unknown' };
  const message = messageOf(change, { ...options, template });
  expect(message?.title).toBe(`disinfection: ${title}`);
  expect(message?.sentences).toEqual([
    'Do: Restore the set-point',
    'Call the shift engineer',
    '',
    'T1692.001 Command Message (seen); {unknown',
  ]);
  expect(message?.facts).toEqual([]);
});

it('lists every alert of a digest by id and headline, and names its part', () => {
  const changes = Array.from({ length: 70 }, (_, n) => changeOf(n, { alert: { ...intrusion, id: `ALT-${n}` } }));
  const message = digestMessageOf(digestOf(changes, { part: { number: 2, of: 3 } }), options);
  expect(message?.title).toBe('70 alerts raised, 70 changes (part 2 of 3)');
  for (const { alert } of changes) expect(message?.sentences).toContain(`Raised, priority 1: ${intrusion.title} (${alert.id})`);
});

it('states in a message of updates that none is more urgent', () => {
  const changes = [1, 2].map((n) => changeOf(n, { kind: 'updated' }));
  const message = digestMessageOf(digestOf(changes, { updates: true }), { ...options, kinds: ['updated'] });
  expect(message?.title).toBe('2 alerts updated');
  expect(message?.sentences[0]).toContain('None has become more urgent');
  expect(digestMessageOf(digestOf(changes, { updates: true }), options)).toBeUndefined();
});

it('states in a reminder how long each alert has waited', () => {
  const { raisedAt } = intrusion;
  const change = changeOf(1, { time: raisedAt + 1_500_000 });
  const message = digestMessageOf(digestOf([change], { waiting: true }), { ...options, kinds: ['returned'] });
  expect(message?.title).toBe('1 alert not acknowledged');
  expect(message?.sentences[1]).toBe(`Not acknowledged for 25 min, priority 1: ${intrusion.title} (ALT-000017)`);
});
