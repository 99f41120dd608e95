import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Browser, type Page } from '../../../dashboard/server/testing/browser.ts';
import type { AlertManager } from '../../../src/alerts/manager.ts';
import { registry } from '../../../src/app/registry.ts';
import { serve } from '../../../src/app/serve.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { MonitorView } from '../../../src/core/monitor.ts';
import { silentLogger } from '../../../src/core/plugin.ts';
import { notifiers } from '../../../src/notifiers/index.ts';
import { ListeningReceiver } from '../../support/listening-receiver.ts';
import { startReadModbusServer } from '../../support/modbus-simulator.ts';
import { TinyPlant, tinyPoint } from '../../support/tiny-plant.ts';
import { benchAdministrator } from '../running-monitor.ts';

/** Tags that are read beside the flood, and the period. */
export const tagCount = 50;
export const scanMs = 250;

const points = Array.from({ length: tagCount }, (_, i) => tinyPoint(`T${i}`, { address: 2 * i, type: 'float32' }));

const siteOf = (port: number, receivers: readonly ListeningReceiver[]) => ({
  site: { name: 'Bench' },
  areas: [{ id: 'bench', name: 'Bench', equipment: [{ id: 'TANK', name: 'Tank' }] }],
  scanClasses: { fast: `${scanMs}ms` },
  devices: { plc1: { type: 'modbus', host: '127.0.0.1', port } },
  tags: Object.fromEntries(
    points.map(({ name, modbus: { address } }) => [
      name,
      {
        device: 'plc1',
        address: { table: 'holding', register: address, type: 'float32' },
        area: 'bench',
        equipment: 'TANK',
        scan: 'fast',
        description: 'Read beside the flood',
      },
    ]),
  ),
  notifiers: receivers.map((receiver) => ({ type: receiver.type, ...receiver.settings(), canary: false })),
  dashboard: { port: 0 },
});

/** A whole monitor in this process, with a device, an open page, and a notifier of each type with its receiver. */
export interface Monitored {
  readonly view: MonitorView;
  readonly manager: AlertManager;
  readonly receivers: readonly ListeningReceiver[];
  readonly page: Page;
  /** True when no notifier has a waiting change. */
  readonly isDelivered: () => boolean;
}

export async function startMonitored(stack: AsyncDisposableStack, withNotifiers: boolean): Promise<Monitored> {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-notify-bench-'));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const server = stack.use(await startReadModbusServer({ plant: new TinyPlant(points) }));
  const receivers: ListeningReceiver[] = [];
  for (const plugin of withNotifiers ? notifiers : []) {
    const receiver = await ListeningReceiver.open(plugin);
    if (receiver !== undefined) receivers.push(stack.use(receiver));
  }
  const file = join(dir, 'plant.yaml');
  writeFileSync(file, stringify(siteOf(server.port, receivers)));
  const config = await loadConfig(file, { registry, environment: {} });
  const options = { config, dataDir: join(dir, 'data'), clock: systemClock, logger: silentLogger, seed: 1 };
  const { monitor, dashboard } = stack.use(await serve(options));
  const { view } = monitor;
  const browser = new Browser(dashboard.address);
  const token = dashboard.setupLink?.split('#setup=')[1] ?? '';
  const { status } = await browser.call('POST /api/setup', { ...benchAdministrator, token });
  if (status !== 200) throw new Error(`the setup answered ${status}`);
  const page = await browser.open();
  stack.defer(() => page.socket.terminate());
  page.send({ type: 'watch', watch: 1, tags: points.map((_, index) => index) });
  page.send({ type: 'resume' });
  while (!view.devices().every(({ state }) => state === 'up')) await systemClock.sleep(100);
  const isDelivered = (): boolean =>
    view
      .chain()
      .filter(({ name }) => name.startsWith('notify '))
      .every(({ queue }) => queue?.used === 0);
  // the alerts of a running monitor are those of its manager
  return { view, manager: view.alerts as AlertManager, receivers, page, isDelivered };
}
