import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Page } from '../../dashboard/server/testing/browser.ts';
import { ModbusActor } from '../../simulators/actors/modbus.ts';
import { startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { PlantPoint } from '../../src/core/plant.ts';
import { Random } from '../../src/core/random.ts';
import { TinyPlant, testContext, tinyPoint } from '../support/tiny-plant.ts';
import { type BenchRow, median, pinned } from './row.ts';
import { RunningMonitor } from './running-monitor.ts';

/** One tag of each poll period, all on one device. */
const scanMs = [250, 1_000, 2_000] as const;
const nameOf = (period: number): string => `T${period}`;
/** Core of the monitor; device and page have the first. */
const monitorCore = 1;

/** A register that changes at the moment of the write, so that only the monitor's delay is measured. */
class PromptPlant extends TinyPlant {
  override write(point: number, value: number): void {
    this.registers[point] = value;
  }
}

const points = scanMs.map((period, i) => tinyPoint(nameOf(period), { address: 2 * i, type: 'float32' }, { writable: true }));

const siteOf = (port: number) => ({
  site: { name: 'Bench' },
  areas: [{ id: 'bench', name: 'Bench', equipment: [{ id: 'TANK', name: 'Tank' }] }],
  scanClasses: Object.fromEntries(scanMs.map((period) => [`p${period}`, `${period}ms`])),
  devices: { plc1: { type: 'modbus', host: '127.0.0.1', port } },
  tags: Object.fromEntries(
    points.map(({ name, modbus }, i) => [
      name,
      {
        device: 'plc1',
        address: { table: 'holding', register: modbus.address, type: 'float32' },
        area: 'bench',
        equipment: 'TANK',
        scan: `p${scanMs[i]}`,
        description: `Read every ${scanMs[i]} ms`,
      },
    ]),
  ),
  dashboard: { port: 0 },
});

/** Opens the page of a new monitor as its administrator, and watches every tag. */
async function openPage(monitor: RunningMonitor): Promise<Page> {
  const page = await (await monitor.setUp()).open();
  page.send({ type: 'watch', watch: 1, tags: points.map((_, index) => index) });
  return page;
}

/** True when the page has seen this value of the tag (the points' order is that of the tags); older frames are let go. */
function arrived(page: Page, tag: number, value: number): boolean {
  return page.frames.splice(0).some((frame) => frame.tag.some((of, i) => of === tag && frame.value[i] === value));
}

/**
 * Delay from the change of a register to the websocket message that carries it, at several poll periods. A Modbus client
 * writes to a real server at times independent of the polls. Collector, stream and dashboard run as in `scadawatch run`.
 * Wall time, ms, from before the write until the page has the frame.
 */
export async function benchDelay(changes = 15, periods: readonly number[] = scanMs): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-bench-'));
  try {
    await using cleanup = new AsyncDisposableStack();
    const device = { plant: new PromptPlant(points), controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0 };
    const { port } = cleanup.use(await startModbusServer(device, testContext()));
    const file = join(dir, 'plant.yaml');
    writeFileSync(file, stringify(siteOf(port)));
    const monitor = cleanup.use(await RunningMonitor.start(file, join(dir, 'data'), monitorCore));
    const page = await openPage(monitor);
    const actor = cleanup.use(await ModbusActor.connect({ host: '127.0.0.1', port, unit: 1 }));
    const random = new Random(1);
    const rows: BenchRow[] = [];
    for (const period of periods) {
      const tag = points.findIndex(({ name }) => name === nameOf(period));
      const delays: number[] = [];
      // the first change waits for the first poll, and is not counted
      for (let value = 1; value <= changes + 1; value++) {
        // spread evenly over the period, so that few changes meet the polls at every distance
        await systemClock.sleep((((value + random.next()) / changes) % 1) * period);
        const began = performance.now();
        await actor.write((points[tag] as PlantPoint).modbus, value);
        await page.until(() => arrived(page, tag, value));
        if (value > 1) delays.push(performance.now() - began);
      }
      const typical = median(delays);
      const most = Math.max(...delays);
      const times = (ms: number): string => `${(ms / period).toFixed(2)} × the poll period`;
      rows.push({
        name: `delay, register to page, polled every ${period} ms`,
        value: typical,
        unit: 'ms',
        note: `median of ${changes}, ${times(typical)}; max ${Math.round(most)} ms, ${times(most)}${pinned ? '; pinned' : ''}`,
      });
    }
    return rows;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
