import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert, AlertFinding } from '../../src/core/alert.ts';
import type { Browser } from '../server/testing/browser.ts';
import { FakeAlerts } from '../server/testing/fake-alerts.ts';
import { FakeMonitor } from '../server/testing/fake-monitor.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

let bench: Bench;
let alerts: FakeAlerts;
let viewer: Browser;
beforeAll(async () => {
  alerts = new FakeAlerts();
  bench = await aBench({ view: new FakeMonitor({ alerts }) });
  viewer = await bench.as('viewer');
});
afterAll(async () => bench[Symbol.asyncDispose]());

const contributions = Array.from({ length: 40 }, (_, i) => ({ tag: `T${i}`, share: 0.1, unit: 'm', measured: i, expected: 3 }));
const explanation = { sentence: 'É'.repeat(200), title: 'Level rises', contributions, normalIf: 'x'.repeat(100), techniques: [] };
const findings = Array.from(
  { length: 20 },
  (_, i): AlertFinding => ({
    id: `f${i}`,
    detector: 'range',
    tags: ['LT-1'],
    since: i,
    beganAt: i,
    score: 2,
    peak: 2,
    times: 3,
    explanation,
  }),
);
const large = (number: number): Partial<Alert> => ({
  findings,
  explanation,
  since: number,
  tags: contributions.map(({ tag }) => tag),
});

describe("an incident's answer", () => {
  it.each([1, 6, 60, 400])('has at most 100 kB with %i alerts, and contains the number of omitted ones', async (count) => {
    for (let i = 0; i < count; i++) alerts.change(`ALT-${i}`, 'B', 'raised', { ...large(i), incident: `INC-${count}` });
    for (let i = 0; i < 300; i++) {
      const verdict = { word: 'false', at: i, by: { role: 'operator', session: 's' }, note: 'é'.repeat(500) } as const;
      alerts.change('ALT-0', 'B', i % 2 === 0 ? 'judged' : 'updated', { ...large(0), verdict, incident: `INC-${count}` });
    }
    const { body, text } = await viewer.call('GET /api/incident', { id: `INC-${count}` });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(100_000);
    expect(body.alerts.length + body.omitted).toBe(count);
    expect(body.alerts[0]?.id).toBe('ALT-0');
    expect(body.alerts.at(-1)?.id).toBe(`ALT-${count - 1}`);
    for (const { findings: listed, unlisted } of body.alerts) {
      const told = listed.reduce((sum, { times = 1 }) => sum + times, unlisted?.findings ?? 0);
      expect(told).toBe(60);
    }
  });

  it('contains all changes of its alerts page by page, without updates of figures', async () => {
    for (let i = 0; i < 700; i++) alerts.change(`P-${i % 3}`, 'B', i % 2 === 0 ? 'recurred' : 'updated', { incident: 'INC-P' });
    const seen: number[] = [];
    for (let before: number | undefined; ; ) {
      const { body } = await viewer.call('GET /api/incident', { id: 'INC-P', before });
      seen.unshift(...body.changes.map(({ sequence }) => sequence));
      before = seen[0];
      if (!body.earlier) break;
    }
    const last = alerts.sequence;
    expect(seen).toEqual(Array.from({ length: 350 }, (_, i) => last - 699 + 2 * i));
  });
});
