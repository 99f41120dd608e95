import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/plugin.ts';
import { expiryStage, whenItEnds } from '../certificates/expiry.ts';
import { differences } from './memory.ts';
import { Posture } from './posture.ts';
import { judge, weaknesses } from './subjects.ts';

const dayMs = 86_400_000;
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'scadawatch-posture-'));
});
afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

const clock = new VirtualClock(Date.UTC(2027, 0, 1));
const open = async (logger = silentLogger): Promise<Posture> => await Posture.open({ device: 'ua1', dataDir, clock, logger });

describe('the report of a change', () => {
  it('omits subjects that are seen for the first time or do not change', async () => {
    const posture = await open();
    for (let i = 0; i < 2; i++) {
      posture.observe('server-state', { state: 'Running' });
      posture.observe('namespaces', { 0: 'http://opcfoundation.org/UA/', 1: 'urn:plc' });
    }
    expect(posture.take()).toEqual({ events: [], dropped: 0 });
  });

  it('contains the states before and after, the time and the device', async () => {
    const posture = await open();
    posture.observe('server-state', { state: 'Running' });
    posture.observe('server-state', { state: 'Suspended' });
    posture.observe('server-state', { state: 'Running' });
    const { events } = posture.take();
    expect(events).toEqual([
      expect.objectContaining({ type: 'posture', device: 'ua1', time: clock.now(), subject: 'server-state', weight: 'warning' }),
      expect.objectContaining({ before: 'state: Suspended', after: 'state: Running', weight: 'note' }),
    ]);
    expect(events[0]?.text).toBe("the server's state went from Running to Suspended");
  });

  it('works across a restart of the monitor, with a lower level for changes in the meantime', async () => {
    const first = await open();
    first.observe('start-time', { time: '2027-01-01T00:00:00.000Z' });
    await first.save();
    const second = await open();
    second.observe('start-time', { time: '2027-01-02T00:00:00.000Z' });
    second.observe('start-time', { time: '2027-01-03T00:00:00.000Z' });
    expect(second.take().events.map(({ weight }) => weight)).toEqual(['note', 'warning']);
  });

  it('starts over from an unreadable file, and reports it', async () => {
    await writeFile(join(dataDir, 'posture.json'), '{"version": 1, "subjects": ');
    const warnings: string[] = [];
    const posture = await open({ ...silentLogger, warn: (message) => warnings.push(message) });
    expect(warnings).toHaveLength(1);
    posture.observe('server-state', { state: 'Running' });
    await posture.save();
    expect(JSON.parse(await readFile(join(dataDir, 'posture.json'), 'utf8'))).toMatchObject({ version: 1 });
  });

  it('keeps a bounded number of events and counts the others', async () => {
    const posture = await open();
    for (let i = 0; i < 400; i++) posture.observe('sessions', { count: String(i) });
    const { events, dropped } = posture.take();
    expect(events).toHaveLength(256);
    expect(dropped).toBe(399 - 256);
    expect(events.at(-1)?.after).toBe('count: 399');
  });
});

describe('the level of a change', () => {
  const secure = { 'Basic256Sha256 SignAndEncrypt': 'UserName' };
  it.each([
    ['no security', { ...secure, 'None None': 'UserName' }, /without security/],
    ['a deprecated policy', { ...secure, 'Basic256 SignAndEncrypt': 'UserName' }, /deprecated policy Basic256/],
    ['anonymous sessions', { 'Basic256Sha256 SignAndEncrypt': 'Anonymous, UserName' }, /anonymous/],
  ])('is an alarm for a server that newly offers %s, and a note for one that always did', (_, after, text) => {
    const newly = judge('endpoints', secure, after, true);
    expect(newly).toMatchObject({ weight: 'alarming', subject: 'endpoints' });
    expect(newly?.text).toMatch(text);
    expect(judge('endpoints', undefined, after, true)).toMatchObject({ weight: 'note', before: '' });
    expect(judge('endpoints', after, secure, true)).toMatchObject({ weight: 'warning' });
  });

  it('names weaknesses once', () => {
    expect(weaknesses({ 'None None': 'Anonymous', 'Basic256 Sign': 'Anonymous' })).toHaveLength(3);
    expect(weaknesses(secure)).toEqual([]);
  });

  it('is an alarm for a node that becomes writable', () => {
    const before = { A: 'ns=1;s=A 1:A type i=11 rank -1 access 1' };
    const after = { A: 'ns=1;s=A 1:A type i=11 rank -1 access 3 writable' };
    expect(judge('address-space', before, after, true)).toMatchObject({ weight: 'alarming' });
    expect(judge('address-space', after, before, true)).toMatchObject({ weight: 'warning' });
  });

  it('is a warning for a client only on its first appearance', async () => {
    const posture = await open();
    posture.observe('clients', { 'urn:scada': '1' });
    posture.observe('clients', { 'urn:scada': '1', 'urn:laptop': '1' });
    posture.observe('clients', { 'urn:scada': '1' });
    posture.observe('clients', { 'urn:scada': '1', 'urn:laptop': '1' });
    expect(posture.take().events.map(({ weight }) => weight)).toEqual(['warning', 'note', 'note']);
  });

  it('is a note for a client that the configuration lists', async () => {
    const posture = await Posture.open({ device: 'ua1', dataDir, clients: ['urn:hmi'], clock, logger: silentLogger });
    posture.observe('clients', { 'urn:scada': '1' });
    posture.observe('clients', { 'urn:scada': '1', 'urn:hmi': '1' });
    posture.observe('clients', { 'urn:scada': '1', 'urn:laptop': '1' });
    expect(posture.take().events.map(({ weight }) => weight)).toEqual(['note', 'warning']);
  });

  it('counts refused sessions, but not after a restarted counter', () => {
    expect(judge('rejected-sessions', { count: '2' }, { count: '5' }, true)?.text).toContain('3 sessions');
    expect(judge('rejected-sessions', { count: '5' }, { count: '0' }, true)).toBeUndefined();
  });

  it('has a short text and never fails, for any change', () => {
    const facets = fc.dictionary(fc.string({ maxLength: 40 }), fc.string({ maxLength: 300 }), { maxKeys: 30 });
    const subjects = ['server-state', 'build', 'namespaces', 'endpoints', 'clients', 'address-space', 'certificate'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...subjects), facets, facets, fc.boolean(), (subject, before, after, live) => {
        const told = judge(subject, before, after, live);
        expect(told === undefined).toBe(differences(before, after).length === 0);
        for (const text of [told?.text ?? '', told?.before ?? '', told?.after ?? ''])
          expect(text.length).toBeLessThanOrEqual(400);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('a certificate before its end', () => {
  const certificate = { file: '', der: Buffer.alloc(0), thumbprint: 'aa', selfSigned: true, applicationUri: '' };

  it('causes a warning at 60, 30, 14, 7 and 1 days and at its end, once each, restarts included', async () => {
    const notAfter = clock.now() + 100 * dayMs;
    const told: number[] = [];
    for (let day = 0; day <= 102; day++) {
      const posture = await open();
      const now = clock.now() + day * dayMs;
      for (let i = 0; i < 3; i++)
        posture.expiry('certificate', "the server's certificate", { ...certificate, notAfter }, now, 'act');
      told.push(...posture.take().events.map(() => 100 - day));
      await posture.save();
    }
    expect(told).toEqual([60, 30, 14, 7, 1, 0]);
  });

  it('has a text with the remaining time', () => {
    const end = Date.UTC(2027, 2, 1);
    expect(whenItEnds(end, end - 13.5 * dayMs)).toBe('ends in 13 days (2027-03-01)');
    expect(whenItEnds(end, end - dayMs)).toBe('ends in 1 day (2027-03-01)');
    expect(whenItEnds(end, end - 1)).toBe('ends within a day (2027-03-01)');
    expect(whenItEnds(end, end)).toBe('ended on 2027-03-01');
    expect(expiryStage(end, end - 61 * dayMs)).toBeUndefined();
  });
});
