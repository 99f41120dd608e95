import type { Clock } from '../../src/core/clock.ts';
import type { CollectorPlan, CollectorTarget, PlannedRequest } from '../../src/core/collector.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import type { ModbusTable } from '../../src/modbus/address.ts';
import type { ModbusConfig } from './config.ts';
import { planDevice } from './device.ts';
import { wholePerSecond } from './pacer.ts';
import { periodOf } from './plan.ts';
import { type Block, isBitTable, unusedOf } from './planner.ts';
import { type Point, scanClasses } from './points.ts';
import { describeException } from './quality.ts';
import { rulesOf } from './rules.ts';
import { bitsPerCharacter } from './transport/serial.ts';

const functionOf: Readonly<Record<ModbusTable, number>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

/**
 * Bytes in addition to the data, of a request and its reply: on TCP (headers, unit, function, address, count), and in RTU frames.
 */
const tcpOverhead = 12 + 9;
const rtuOverhead = 8 + 5;

type Problem = CollectorPlan['problems'][number];

/** Planned requests to a device and their load, and settings that make them impossible. */
export function preview(config: ModbusConfig, { device, tags, dataDir }: CollectorTarget, machine: Clock): CollectorPlan {
  const plan = planDevice(config, scanClasses(device, tags, config.unit), dataDir, machine, silentLogger);
  const refusalOf = (block: Block<Point>) => plan.refusalOf(block, machine.now());
  const requested = plan.blocks.filter((block) => refusalOf(block) === undefined);
  const sum = (of: (block: Block<Point>) => number): number =>
    requested.reduce((total, block) => total + (of(block) * 1000) / periodOf(block), 0);
  const requestsPerSecond = sum(() => 1);
  const bytesPerSecond = sum((block) => bytesOf(block, config));
  const load = {
    requestsPerSecond,
    itemsPerSecond: sum(({ count }) => count),
    items: 'registers and bits',
    bytesPerSecond,
    budgetUsed: requestsPerSecond / wholePerSecond(config.maxRequestsPerSecond),
  };
  const wireMs = requestsPerSecond === 0 ? 0 : (bytesPerSecond * byteMs(config)) / requestsPerSecond;
  const { problems, spareMs } = judge(config, requestsPerSecond, wireMs);
  const { fillRegisters, fillBits } = rulesOf(config);
  const notes = [`a request is taken to cost as much as ${fillRegisters} registers or ${fillBits} bits`];
  if (config.transport !== 'serial') notes.push('bytes without the headers of TCP/IP');
  if (problems.length === 0 && requestsPerSecond > 0)
    notes.push(`keeps its periods as long as the device answers within ${Math.floor(spareMs)} ms on average`);
  return {
    requests: plan.blocks.map((block) => describe(block, refusalOf(block)?.exception)),
    load,
    notes,
    problems,
  };
}

function describe(block: Block<Point>, exception: number | undefined): PlannedRequest {
  const { unit, table, start, count, spans } = block;
  return {
    periodMs: periodOf(block),
    unit: `unit ${unit}`,
    operation: `FC${functionOf[table]}`,
    target: `${table} ${count === 1 ? start : `${start}–${start + count - 1}`}`,
    count,
    unasked: unusedOf(block),
    tags: spans.map(({ name }) => name),
    note: exception === undefined ? undefined : `was refused with ${describeException(exception)}: asked again once in a while`,
  };
}

function bytesOf({ table, count }: Block, { transport }: ModbusConfig): number {
  const rtu = transport === 'serial' || transport === 'rtu-over-tcp';
  return (rtu ? rtuOverhead : tcpOverhead) + (isBitTable(table) ? Math.ceil(count / 8) : 2 * count);
}

/** Duration of a byte on the serial line, ms; 0 on a network. */
const byteMs = ({ serial }: ModbusConfig): number =>
  serial === undefined ? 0 : (bitsPerCharacter(serial) * 1000) / serial.baudRate;

/** Reasons why the scan periods cannot be kept; without any, the longest average answer time. */
function judge(config: ModbusConfig, perSecond: number, wireMs: number): { problems: Problem[]; spareMs: number } {
  const { maxRequestsPerSecond, pauseMs, connections, serial } = config;
  const budget = wholePerSecond(maxRequestsPerSecond);
  const rate = perSecond.toFixed(1);
  const problems: Problem[] = [];
  if (perSecond > budget) {
    const text = `${rate} requests per second are needed, and the budget lets ${budget} through`;
    problems.push({ text, hint: 'raise maxRequestsPerSecond if the device bears it, or give tags a slower scan class' });
  }
  // The pause is shared by all connections; the latency is not.
  const everyMs = 1000 / perSecond;
  const spareMs = (everyMs - pauseMs) * connections - wireMs;
  if (spareMs <= 0) {
    const line = serial === undefined ? '' : ` and ${wireMs.toFixed(1)} ms on the line`;
    const text = `a request every ${everyMs.toFixed(1)} ms is needed, and each takes a pause of ${pauseMs.toFixed(1)} ms${line} beside the answer`;
    const faster = serial === undefined ? 'shorten pauseMs' : 'shorten pauseMs, raise the baudRate';
    problems.push({ text, hint: `${faster} if the device bears it, or give tags a slower scan class` });
  }
  return { problems, spareMs };
}
