import { describe, expect, it } from 'vitest';
import type { WireEnds, WireEvent, WireScanEvent } from '../../../src/core/wire.ts';
import { TrafficMeter } from './index.ts';

const between = (server = '10.0.0.1', port = 502, client = '10.0.0.66'): WireEnds => ({
  client,
  server,
  port,
  protocol: 'modbus',
});

function watch() {
  const events: WireEvent[] = [];
  const tap = new TrafficMeter({ tap: 'span', periodMs: 1_000 }, (event) => events.push(event));
  let number = 0;
  const scans = () => events.splice(0).filter((event): event is WireScanEvent => event.type === 'wire-scan');
  /** A request and, unless it is undefined, its answer. */
  const ask = (
    time: number,
    operation: string,
    { ends = between(), unit = 1, low = undefined as number | undefined, refused = false, answered = true } = {},
  ) => {
    const range = low === undefined ? {} : { low, high: low + 9 };
    tap.reportFor(ends).message({ from: 'client', kind: 'request', operation, unit, ...range }, { time, number: ++number });
    if (!answered) return;
    tap
      .reportFor(ends)
      .message({ from: 'server', kind: 'response', operation, unit, refused, latencyMs: 1, ...range }, { time, number });
  };
  const contact = (time: number, ends: WireEnds, answer: 'none' | 'answered' | 'refused') => {
    const at = { time, number: ++number };
    tap.packet(ends, 'client', 60, at);
    if (answer !== 'none') tap.packet(ends, 'server', 60, at);
    if (answer === 'refused') tap.connection(ends, 'refused', at);
  };
  return { tap, scans, ask, contact };
}

describe('a scan of addresses', () => {
  it('is reported when ten new blocks were refused, and again whenever the count doubles', () => {
    const { ask, scans } = watch();
    for (let i = 0; i < 9; i++) ask(100 * i, 'FC3', { low: 10 * i, refused: true });
    expect(scans()).toEqual([]);
    for (let i = 9; i < 45; i++) ask(100 * i, 'FC3', { low: 10 * i, refused: true });
    const told = scans();
    expect(told.map(({ what, count }) => `${what} ${count}`)).toEqual(['addresses 10', 'addresses 20', 'addresses 40']);
    expect(told[0]).toMatchObject({
      tap: 'span',
      time: 900,
      ends: between(),
      detail: '10 address blocks at 10.0.0.1:502 unit 1; of the last 10, 10 refused or unanswered',
    });
  });

  it('with answers is reported at fifty blocks', () => {
    const { ask, scans } = watch();
    for (let i = 0; i < 49; i++) ask(100 * i, 'FC4', { low: 10 * i });
    expect(scans()).toEqual([]);
    for (let i = 49; i < 120; i++) ask(100 * i, 'FC4', { low: 10 * i });
    expect(scans().map(({ count }) => count)).toEqual([50, 100]);
  });

  it('is not a poll: the same blocks repeatedly, some of them refused', () => {
    const { ask, scans } = watch();
    for (let cycle = 0; cycle < 500; cycle++) {
      for (let block = 0; block < 30; block++) ask(1_000 * cycle, 'FC3', { low: 10 * block, refused: block % 4 === 0 });
    }
    expect(scans()).toEqual([]);
  });

  it('is not recognised over more than two minutes, and is a new one after a pause', () => {
    const { ask, scans } = watch();
    for (let i = 0; i < 40; i++) ask(15_000 * i, 'FC3', { low: 10 * i, refused: true });
    expect(scans()).toEqual([]);
    for (let i = 0; i < 12; i++) ask(1e6 + i, 'FC3', { low: 1000 + 10 * i, refused: true });
    expect(scans()).toHaveLength(1);
    for (let i = 0; i < 12; i++) ask(2e6 + i, 'FC3', { low: 2000 + 10 * i, refused: true });
    expect(scans()).toMatchObject([{ count: 10 }]);
  });
});

describe('a scan of', () => {
  it('unit ids is reported when ten do not answer', () => {
    const { ask, scans, tap } = watch();
    for (let unit = 1; unit <= 10; unit++) ask(10 * unit, 'FC3', { unit, low: 0, answered: false });
    expect(scans()).toEqual([]);
    tap.flush(1_200);
    expect(scans()).toMatchObject([
      { what: 'units', count: 10, detail: '10 unit ids at 10.0.0.1:502; of the last 10, 10 refused or unanswered' },
    ]);
  });

  it('functions is reported when ten were refused', () => {
    const { ask, scans } = watch();
    for (let code = 1; code <= 30; code++) ask(10 * code, `FC${code}`, { refused: code > 4 });
    expect(scans().map(({ what, count }) => `${what} ${count}`)).toEqual(['functions 14', 'functions 28']);
  });

  it('identities is reported at three devices', () => {
    const { ask, scans } = watch();
    for (let i = 0; i < 6; i++) ask(10 * i, i % 2 === 0 ? 'FC43/14' : 'FC17', { ends: between(`10.0.0.${i}`) });
    expect(scans()).toMatchObject([
      { what: 'identities', count: 3 },
      { what: 'identities', count: 6 },
    ]);
    for (let i = 0; i < 60; i++) ask(1_000 * i, 'FC43/14', { ends: between('10.0.0.1', 502, '10.0.0.5') });
    expect(scans()).toEqual([]);
  });

  it('ports is reported when 25 were refused, and not when they answered', () => {
    const { contact, scans } = watch();
    for (let port = 1; port <= 24; port++) contact(port, between('10.0.0.1', port), 'refused');
    for (let port = 100; port <= 200; port++) contact(port, between('10.0.0.1', port), 'answered');
    expect(scans()).toEqual([]);
    contact(300, between('10.0.0.1', 502), 'refused');
    expect(scans()).toMatchObject([
      { what: 'ports', detail: expect.stringMatching(/ports of 10\.0\.0\.1; of the last 126, 25 refused/) },
    ]);
  });

  it('hosts is reported when fifty did not answer within ten minutes', () => {
    const { contact, scans, tap } = watch();
    for (let i = 0; i < 49; i++) contact(10_000 * i, between(`10.0.1.${i}`), 'none');
    tap.flush(490_000);
    expect(scans()).toEqual([]);
    contact(490_000, between('10.0.1.49'), 'none');
    tap.flush(492_000);
    expect(scans()).toMatchObject([{ what: 'hosts', count: 50, ends: { client: '10.0.0.66' } }]);
  });

  it('nodes is reported at fifty that were browsed, and not for polled ones', () => {
    const { tap, scans } = watch();
    const ends: WireEnds = { client: '10.0.0.66', server: '10.0.0.3', port: 4840, protocol: 'opcua' };
    const look = (operation: string, nodes: readonly string[], refused: boolean, time: number) => {
      const at = { time, number: time };
      tap.reportFor(ends).message({ from: 'client', kind: 'request', operation, nodes }, at);
      tap.reportFor(ends).message({ from: 'server', kind: 'response', operation, refused, latencyMs: 1 }, at);
    };
    const nodes = (from: number, count: number) => Array.from({ length: count }, (_, i) => `ns=2;i=${from + i}`);
    look('CreateMonitoredItems', nodes(5_000, 900), false, 1);
    for (let i = 0; i < 100; i++) look('Read', nodes(0, 40), false, 10 + i);
    expect(scans()).toEqual([]);
    for (let i = 0; i < 8; i++) look('Browse', nodes(100 + 10 * i, 10), false, 200 + i);
    expect(scans()).toMatchObject([{ what: 'nodes', count: 50, detail: '50 nodes at 10.0.0.3:4840' }, { count: 100 }]);
    for (let i = 0; i < 10; i++) look('Read', nodes(900 + i, 1), true, 400_000 + i);
    expect(scans()).toMatchObject([{ what: 'nodes', count: 10, time: 400_009 }]);
  });

  it('hosts that answer is the start of a control room', () => {
    const { contact, scans, tap } = watch();
    for (let i = 0; i < 200; i++) contact(i, between(`10.0.1.${i}`), 'answered');
    tap.flush(5_000);
    expect(scans()).toEqual([]);
  });
});
