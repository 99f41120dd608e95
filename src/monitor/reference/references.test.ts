import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { VirtualClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { ReferenceValue } from '../../core/reference.ts';
import type { KeepAct, SavingStatus } from '../../core/state.ts';
import { TagTable } from '../../core/tag.ts';
import { openState } from '../../state/state.ts';
import { References } from './references.ts';

const engineer = { role: 'engineer', session: 's', user: 'anna' };
const tags = new TagTable([tagOf('P1.GAIN', { role: 'parameter' }), tagOf('CL.SP', { role: 'setpoint' }), tagOf('LT01')]);
const values: readonly ReferenceValue[] = [
  { tag: 'P1.GAIN', value: 1.2 },
  { tag: 'CL.SP', value: 1, low: 0.8, high: 1.2 },
];
const secret = Buffer.alloc(32, 7);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-references-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Opens the data directory as a start does, and closes it after the work. */
async function start<Result>(work: (references: References) => Result | Promise<Result>, key = secret): Promise<Result> {
  using state = openState(dir);
  return await work(new References({ state, clock: new VirtualClock(1_000), tags, secret: key }));
}
const approve = async (all: readonly ReferenceValue[], base: number): Promise<void> =>
  await start(async (references) => await references.approve(all, base, engineer, 'commissioning', 'first'));
const found = async (key = secret) => await start((references) => [references.current()?.version, references.problem()], key);

function change(sql: string): void {
  using database = new DatabaseSync(join(dir, 'state.db'));
  database.exec(sql);
}

it('a start has the last version, with person, time and reason, and the audit trail names the changed values', async () => {
  expect(await found()).toEqual([undefined, undefined]);
  await approve(values, 0);
  await approve([{ tag: 'P1.GAIN', value: 2.5 }], 1);
  await start((references) =>
    expect(references.current()).toEqual({
      version: 2,
      at: 1_000,
      by: { role: 'engineer', user: 'anna' },
      reason: 'commissioning',
      values: [{ tag: 'P1.GAIN', value: 2.5 }],
    }),
  );
  using state = openState(dir);
  expect(state.audit.read({ action: 'reference.approved', limit: 9 })).toMatchObject([
    { user: 'anna', object: 'version 2', before: 'version 1, 2 values', after: '1 value: P1.GAIN 1.2 → 2.5; without CL.SP' },
    { object: 'version 1', before: 'none', after: '2 values: CL.SP 1 (0.8 to 1.2); P1.GAIN 1.2' },
  ]);
});

it.each([
  ['another value', `UPDATE baseline SET content = replace(content, '1.2', '2.5')`, 'Version 2 does not match its signature.'],
  [
    'another reason',
    `UPDATE baseline SET content = replace(content, 'commissioning', 'x')`,
    'Version 2 does not match its signature.',
  ],
  ['no JSON', `UPDATE baseline SET content = 'x'`, 'Version 2 does not match its signature.'],
  ['no signature', `UPDATE baseline SET content = '{"version":2,"values":[]}'`, 'Version 2 does not match its signature.'],
  [
    'an earlier version in its place',
    `UPDATE baseline SET content = (SELECT content FROM baseline WHERE version = 1) WHERE version = 2`,
    'Version 2 does not match its signature.',
  ],
  [
    'a removed last version',
    `DELETE FROM baseline WHERE version = 2`,
    'Version 2 is missing, although the audit trail has its approval.',
  ],
  ['removed versions', `DELETE FROM baseline`, 'Version 2 is missing, although the audit trail has its approval.'],
])('%s in the stored set is found, and ends with the next approval', async (_, sql, problem) => {
  await approve(values, 0);
  await approve(values, 1);
  change(sql);
  expect(await found()).toEqual([undefined, problem]);
  await approve(values, 0);
  expect((await found())[1]).toBeUndefined();
});

it('a lost key is found', async () => {
  await approve(values, 0);
  expect(await found(Buffer.alloc(32, 8))).toEqual([undefined, 'Version 1 does not match its signature.']);
});

it('a set that cannot be one of this plant, or replaces another than the last one, is refused', async () => {
  const wrong: [readonly ReferenceValue[], string][] = [
    [[{ tag: 'NO', value: 1 }], 'there is no tag NO'],
    [[{ tag: 'LT01', value: 1 }], 'LT01 is no set-point or parameter'],
    [[{ tag: 'CL.SP', value: Number.NaN }], 'CL.SP has no value'],
    [[{ tag: 'CL.SP', value: 1, low: 0 }], 'the span of CL.SP has one end'],
    [[{ tag: 'CL.SP', value: 1, low: 2, high: 3 }], 'does not contain its value'],
    [[...values, ...values], 'P1.GAIN is stated twice'],
  ];
  for (const [all, message] of wrong) await expect(approve(all, 0)).rejects.toThrow(message);
  await approve(values, 0);
  await expect(approve(values, 0)).rejects.toThrow('another reference set was approved meanwhile');
  expect(await found()).toEqual([1, undefined]);
});

it('two approvals at once have one winner', async () => {
  await start(async (references) => {
    const both = await Promise.allSettled([0, 0].map((base) => references.approve(values, base, engineer, 'r', 'first')));
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

it.each([
  ['approval', values],
  ['withdrawal', []],
])('an %s that is not on disk is refused, and is in force once its write ends', async (_, next) => {
  await approve(values, 0);
  using state = openState(dir);
  let write = (): void => {};
  let isHung = true;
  let changed = (): void => {};
  // the write lasts: the act is refused meanwhile
  const keep: KeepAct = async (act) => {
    write = () => act(state);
    throw new ScadaError('retryable', 'STATE_UNAVAILABLE', 'it is not known yet whether the act is stored');
  };
  const saving = {
    ...state.saving,
    status: (): SavingStatus => ({ ...state.saving.status(), state: isHung ? 'failing' : 'ok' }),
    subscribe: (listener: () => void) => {
      changed = listener;
      return () => {};
    },
  };
  const { audit, baselines } = state;
  const options = { state: { audit, baselines, keep, saving }, clock: new VirtualClock(2_000), tags, secret };
  const references = new References(options);
  const seen: (number | undefined)[] = [];
  references.onChange(() => seen.push(references.current()?.version));
  await expect(references.approve(next, 1, engineer, 'r', 'first')).rejects.toThrow('not known');
  changed();
  expect([references.current()?.version, references.problem(), seen]).toEqual([1, undefined, []]);
  write();
  isHung = false;
  changed();
  expect([references.current()?.values.length, seen]).toEqual([next.length, [2]]);
});
