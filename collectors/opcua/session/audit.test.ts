import { DataType, DataValue, ReadRequest, ReadResponse, type Request } from 'node-opcua-client';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/core/clock.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { opcuaDevice, opcuaTag } from '../../../test/support/opcua.ts';
import { contextOf } from '../../../test/support/samples.ts';
import { auditReports } from './audit.ts';
import { opcuaSchema } from '../config.ts';
import { SampleHold } from '../values/hold.ts';
import { ServerLimits } from '../requests/limits.ts';
import type { SessionParts } from '../session-parts.ts';
import type { TagNodes } from '../requests/nodes.ts';
import type { Subscription } from '../link/subscribed.ts';

const valueOf = (value: number): DataValue => new DataValue({ value: { dataType: DataType.Double, value } });

/** Two tags that the server has reported as 1, and a server whose values the test sets. */
function open(config: Readonly<Record<string, unknown>> = {}) {
  const clock = new VirtualClock(0);
  const tags = new TagTable([opcuaTag('A'), opcuaTag('B')]);
  const target = { device: opcuaDevice, tags, dataDir: '', devices: [] };
  const hold = new SampleHold(target);
  hold.restart(0);
  const server = [1, 1];
  const report = (position: number, value: number): void => {
    hold.report([{ clientHandle: position, value: valueOf(value) }], clock.now(), 500, []);
  };
  report(0, 1);
  report(1, 1);
  const link = {
    send: async (request: Request) => {
      const nodes = request instanceof ReadRequest ? (request.nodesToRead ?? []) : [];
      return new ReadResponse({ results: nodes.map(({ nodeId }) => valueOf(server[Number(nodeId.value)] ?? 0)) });
    },
  };
  const parsed = opcuaSchema.parse({ endpoint: 'opc.tcp://plc', ...config });
  const parts = { config: parsed, target, context: contextOf(clock), hold, link, limits: new ServerLimits(parsed), tags: [0, 1] };
  const nodes = { at: (position: number) => ({ nodeId: `ns=1;i=${position}` }), addresses: [{}, {}] };
  const subscription = { keepAliveMs: 500, samplingMs: 1_000, members: new Set([0, 1]), backlogs: 0 };
  const stop = new AbortController();
  const state = { outcome: 'holds' };
  const running = auditReports(
    parts as unknown as SessionParts,
    nodes as unknown as TagNodes,
    () => [subscription as unknown as Subscription],
    clock,
    stop.signal,
  ).catch((error: unknown) => {
    state.outcome = error instanceof Error ? error.message : String(error);
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
  };
  return { clock, server, report, state, subscription, end };
}

describe('the audit of a subscription', () => {
  it('detects one that sends keep-alives, but no changes', async () => {
    const { clock, server, state } = open();
    await clock.advance(60_000);
    expect(state.outcome).toBe('holds');
    server[1] = 2;
    await clock.advance(60_000);
    expect(state.outcome).toContain('not the changes of 1 tags, the first is B');
  });

  it('allows time for a change to arrive', async () => {
    const { clock, server, report, state, end } = open();
    server[0] = 2;
    await clock.advance(33_000);
    report(0, 2);
    await clock.advance(60_000);
    expect(state.outcome).toBe('holds');
    await end();
  });

  it('accepts one that reports, whatever value is read for a tag', async () => {
    const { clock, server, report, state, end } = open();
    for (let second = 0; second < 200; second++) {
      server[0] = second + 0.5;
      report(0, second);
      await clock.advance(1_000);
    }
    expect(state.outcome).toBe('holds');
    await end();
  });

  it('does not take a backlog for silence', async () => {
    const { clock, server, state, subscription, end } = open();
    server[0] = 2;
    for (let second = 0; second < 100; second++) {
      subscription.backlogs++;
      await clock.advance(1_000);
    }
    expect(state.outcome).toBe('holds');
    await end();
  });

  it('ignores differences that a deadband may hide', async () => {
    const { clock, server, state, end } = open({ deadband: { type: 'absolute', value: 5 } });
    server[0] = 2;
    await clock.advance(120_000);
    expect(state.outcome).toBe('holds');
    await end();
  });
});
