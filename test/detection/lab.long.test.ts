// Long: a lab must simulate hours of history before the attacks on its network, and find them at 5× in real processes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { scoreScenario } from '../../src/core/scenario-score.ts';
import { scenarioOf } from '../../simulators/scenarios/index.ts';
import { qualityName } from '../../src/core/quality.ts';
import { LabProcess } from '../support/lab-process.ts';

const patience = { timeout: 60_000, interval: 250 };

test('held connections, a device scan and blocked reports are alerted from the wire, the monitor and the operators are not', async () => {
  const data = mkdtempSync(join(tmpdir(), 'scadawatch-scan-'));
  {
    await using lab = await LabProcess.start({ data, args: ['--learn-days', '0', '--speed', '5'] });
    const browser = await lab.signIn();
    const up = async () => (await browser.call('GET /api/health', {})).body.devices.map(({ name, state }) => `${name} ${state}`);
    await expect.poll(up, patience).toEqual(['plc1 up', 'rtu2 up', 'tap up', 'ua1 up']);
    const now = (await browser.call('GET /api/lab', {})).body.status.pace.plantMs;
    const history = async () =>
      (await browser.call('GET /api/history', { tags: ['CL.AT01'], from: now - 7 * 3_600_000, to: now })).body.series[0];
    const simulated = async () =>
      (await history())?.quality.filter((quality) => qualityName(quality) === 'UncertainSimulatedValue');
    await expect.poll(async () => (await simulated())?.length, patience).toBeGreaterThan(300);
    const acts = async () => (await browser.call('GET /api/audit', { limit: 100 })).body.entries.map(({ action }) => action);
    await expect.poll(acts, patience).toContain('history.simulated');
    const alerts = async () => (await browser.call('GET /api/alerts', { limit: 100 })).body.alerts;
    expect((await browser.call('POST /api/lab/start', { scenario: 'connections-held' })).status).toBe(200);
    const floods = async () => (await alerts()).filter(({ techniques }) => techniques.some(({ id }) => id === 'T0814'));
    await expect.poll(async () => (await floods()).map(({ device }) => device), patience).toEqual(['plc1']);
    expect((await browser.call('POST /api/lab/stop', {})).status).toBe(200);
    const before = new Set((await alerts()).map(({ id }) => id));
    expect((await browser.call('POST /api/lab/start', { scenario: 'device-scan' })).status).toBe(200);
    // the status of the simulator comes by messages and may be later than the answer
    const started = async () => (await browser.call('GET /api/lab', {})).body.status.running?.startedAt;
    await expect.poll(started, patience).toBeDefined();
    const startedAt = (await started()) ?? Number.NaN;
    const devices = async () =>
      [...new Set((await alerts()).map(({ device = '' }) => device))]
        // on a busy machine the monitor says that it is late
        .filter((device) => device !== 'monitor')
        .toSorted((a, b) => a.localeCompare(b));
    await expect.poll(devices, patience).toEqual(['plc1', 'rtu2']);
    // the clocks of simulator and monitor may differ by seconds of plant time
    const raised = (await alerts()).filter(({ id }) => !before.has(id));
    expect(scoreScenario(scenarioOf('device-scan'), startedAt, raised, Number.MAX_SAFE_INTEGER)).toMatchObject({
      detected: true,
      techniqueRight: true,
      falseAlerts: 0,
    });
    expect((await browser.call('POST /api/lab/stop', {})).status).toBe(200);
    expect((await browser.call('POST /api/lab/start', { scenario: 'reports-blocked' })).status).toBe(200);
    const stale = async () => (await alerts()).filter(({ title }) => title === 'rtu2 does not answer');
    await expect.poll(async () => (await stale()).map(({ rationale }) => rationale?.record), patience).toEqual(['DATA-STOPPED']);
    expect((await stale())[0]?.explanation.sentence).toContain('Its tags show their last values.');
    expect((await browser.call('POST /api/lab/stop', {})).status).toBe(200);
    await expect.poll(up, { ...patience, timeout: 120_000 }).toContain('rtu2 up');
    const said = raised.map(({ explanation }) => explanation.sentence).join(' ');
    if (process.platform === 'linux') expect(said).toContain('127.0.0.66');
    expect(raised.flatMap(({ techniques }) => techniques).some(({ certainty }) => certainty === 'seen')).toBe(true);
    const { entries } = (await browser.call('GET /api/journal', { device: 'plc1' })).body;
    expect(entries.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['wire-connection', 'wire-scan', 'identity']));
    // an orderly stop, because the simulator would still write into the folder that is removed
    expect((await lab.end('SIGTERM')).code).toBe(0);
    for (const operation of ['FC3', 'FC4', 'FC43/14', 'Read', 'CreateMonitoredItems', 'Publish'])
      expect(await lab.asked()).toContain(operation);
  }
  rmSync(data, { recursive: true, force: true });
});

test.runIf(process.platform === 'linux')(
  'an attack by OPC UA is one incident of the client and what it wrote, and no alert of it is false; the operator is quiet',
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'scadawatch-opcua-attack-'));
    {
      await using lab = await LabProcess.start({ data, args: ['--plant', 'robot-cell', '--speed', '2'] });
      const browser = await lab.signIn();
      const alerts = async () => (await browser.call('GET /api/alerts', { limit: 100 })).body.alerts;
      const status = async () => (await browser.call('GET /api/lab', {})).body.status;
      const played = async (scenario: string, forS: number): Promise<number> => {
        expect((await browser.call('POST /api/lab/start', { scenario })).status).toBe(200);
        const startedAt = async () => (await status()).running?.startedAt;
        await expect.poll(startedAt, patience).toBeDefined();
        const from = (await startedAt()) ?? Number.NaN;
        const plantTime = async (): Promise<number> => {
          const { plantMs, wallMs, speed } = (await status()).pace;
          return plantMs + (systemClock.now() - wallMs) * speed;
        };
        await expect
          .poll(async () => (await plantTime()) - from, { ...patience, timeout: 180_000 })
          .toBeGreaterThan(forS * 1_000);
        expect((await browser.call('POST /api/lab/stop', {})).status).toBe(200);
        return from;
      };
      const trial = await played('program-trial', 150);
      const raisedSince = async (from: number) => (await alerts()).filter(({ raisedAt }) => raisedAt >= from);
      const about = async (from: number) => (await raisedSince(from)).filter(({ device = '' }) => device === 'ua1');
      expect(await about(trial)).toEqual([]);
      const attack = await played('speed-limit-raised', 90);
      const raised = await about(attack);
      expect(raised.map(({ title }) => title)).toEqual(['Unlisted client 127.0.0.66 at ua1']);
      const changed = (await raisedSince(attack)).filter(({ tags }) => tags.includes('SS.WOVR'));
      expect(changed.map(({ incident }) => incident)).toEqual([raised[0]?.incident]);
      const score = scoreScenario(scenarioOf('speed-limit-raised'), attack, [...raised, ...changed], Number.MAX_SAFE_INTEGER);
      expect(score).toMatchObject({ detected: true, techniqueRight: true, falseAlerts: 0 });
      expect((await lab.end('SIGTERM')).code).toBe(0);
    }
    rmSync(data, { recursive: true, force: true });
  },
);
