import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertChange } from '../../src/core/alert.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { NotifierPlugin } from '../../src/core/notifier.ts';
import { Metrics, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import { notifiers } from '../../src/notifiers/index.ts';

/** Settings for a receiver on this machine. A new notifier needs an entry. */
const receivers: Readonly<Record<string, (port: number) => object>> = {
  webhook: (port) => ({ url: `http://127.0.0.1:${port}/alerts`, secret: 'only-for-this-test-0123456789abcdef' }),
};

const change: AlertChange = {
  sequence: 1,
  time: Date.UTC(2026, 10, 24),
  kind: 'raised',
  by: { role: 'monitor', session: 'monitor' },
  alert: {
    id: 'ALT-000001',
    incident: 'INC-000001',
    priority: 1,
    state: 'B',
    title: 'Clearwell level high',
    area: 'clearwell',
    equipment: 'CW',
    tags: ['CW.LT01'],
    since: Date.UTC(2026, 10, 24),
    raisedAt: Date.UTC(2026, 10, 24),
    changedAt: Date.UTC(2026, 10, 24),
    findings: [],
    explanation: { sentence: 'It is high.', title: 'Clearwell level high', contributions: [], normalIf: '', techniques: [] },
    techniques: [],
    response: 'Check the inflow',
  },
};

let server: Server | undefined;
afterEach(async () => {
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
});

/** A receiver that answers every message with one status, and counts them. */
async function receiver(status: number): Promise<{ port: number; received: () => number }> {
  let received = 0;
  const listening = createServer((request, response) => {
    received++;
    request.resume().on('end', () => response.writeHead(status).end());
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return { port: (listening.address() as { port: number }).port, received: () => received };
}

function create(plugin: NotifierPlugin, port: number) {
  const settings = receivers[plugin.type]?.(port);
  if (settings === undefined) throw new Error(`the contract suite does not know how to receive from ${plugin.type}`);
  const context = { logger: silentLogger, clock: systemClock, random: new Random(1), metrics: new Metrics() };
  return plugin.create(plugin.schema.parse(settings), context);
}
const signal = new AbortController().signal;

describe.each(notifiers.map((plugin) => [plugin.type, plugin] as const))('the notifier %s', (_, plugin) => {
  it('tells a change once', async () => {
    const { port, received } = await receiver(204);
    await create(plugin, port).notify(change, signal);
    expect(received()).toBe(1);
  });

  it('asks to be called again when the receiver is busy or away', async () => {
    const { port } = await receiver(503);
    await expect(create(plugin, port).notify(change, signal)).rejects.toMatchObject({ kind: 'retryable' });
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    server = undefined;
    await expect(create(plugin, port).notify(change, signal)).rejects.toMatchObject({ kind: 'retryable' });
  });

  it('gives up on a change that the receiver refuses', async () => {
    const { port } = await receiver(400);
    await expect(create(plugin, port).notify(change, signal)).rejects.toMatchObject({ kind: 'fatal' });
  });

  it('never names its secret in an error', async () => {
    const { port } = await receiver(400);
    const error = await create(plugin, port)
      .notify(change, signal)
      .catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error) + String(error)).not.toContain('only-for-this-test');
  });
});
