import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import type { AlertChange } from '../../src/core/alert.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Notifier } from '../../src/core/notifier.ts';
import { syslog } from '../../src/notifiers/syslog/index.ts';
import { Notifications } from '../../src/notify/index.ts';
import { changeOf, intrusion } from '../support/alert-changes.ts';
import { TestAuthority } from '../support/certificates.ts';
import { detectionFinding } from '../support/ocsf.ts';
import { requirePeer } from '../support/peers.ts';
import { contextOf } from '../support/samples.ts';
import { SyslogPeer, type SyslogProgram, type SyslogTransport } from '../support/syslog-peers.ts';

async function open(program: SyslogProgram, test: Pick<TestContext, 'skip'>, stack: AsyncDisposableStack) {
  const authority = stack.use(await TestAuthority.create(requirePeer('openssl', test)));
  const server = await authority.sign({ name: 'server', names: 'DNS:localhost,IP:127.0.0.1' });
  const client = await authority.sign({ name: 'client', names: 'DNS:scadawatch' });
  const peer = stack.use(await SyslogPeer.start(program, requirePeer(program, test).path, { ca: authority.ca, ...server }));
  const notifier = (transport: SyslogTransport, more: object = {}): Notifier => {
    const tls = transport === 'tls' ? { ca: authority.ca, certificate: client.cert, key: client.key } : {};
    const settings = { host: 'localhost', port: peer.ports[transport], transport, ...tls, ...more };
    return syslog.create(syslog.schema.parse(settings));
  };
  return { peer, notifier };
}
const signal = new AbortController().signal;
const idOf = (line: string): string => /flexString1=(\w+)/.exec(line)?.[1] ?? '';

describe.each<SyslogProgram>(['rsyslog', 'syslog-ng'])('%s', (program) => {
  it('reads messages in order by each transport, and all of them before they count as sent by TCP and TLS', async (test) => {
    await using stack = new AsyncDisposableStack();
    const { peer, notifier } = await open(program, test, stack);
    let before = 0;
    for (const transport of ['udp', 'tcp', 'tls'] as const) {
      const changes = Array.from({ length: 20 }, (_, i) => changeOf(i + 1, { note: `${transport} ${i}` }));
      await notifier(transport).notifyAll?.(changes, signal);
      await expect.poll(() => peer.received().length).toBe(before + 20);
      const lines = peer.received().slice(before);
      before += 20;
      expect(lines.map((line) => /reason=(\w+ \d+)/.exec(line)?.[1])).toEqual(changes.map(({ note }) => note));
      expect(lines[0]).toMatch(/^local0\.crit scadawatch raised CEF:0\|scadawatch\|/);
      expect(lines[0]).toContain(String.raw`cs6=Restore the set-point\nCall the shift engineer`);
    }
    await notifier('tls', { format: 'ocsf' }).notify(changeOf(), signal);
    await expect.poll(() => peer.received().length).toBe(before + 1);
    const json =
      peer
        .received()
        .at(-1)
        ?.replace(/^\S+ \S+ \S+ /, '') ?? '';
    expect(detectionFinding.safeParse(JSON.parse(json)).error?.issues).toBeUndefined();
  });

  it('gets each change once it is back after a kill, in order, and repeats share their id', async (test) => {
    await using stack = new AsyncDisposableStack();
    const { peer, notifier } = await open(program, test, stack);
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-notify-'));
    stack.defer(() => rmSync(dir, { recursive: true, force: true }));
    const changes: AlertChange[] = [];
    const listeners = new Set<(change: AlertChange) => void>();
    const feed = {
      epoch: 'test',
      get sequence() {
        return changes.length;
      },
      subscribe: (listener: (change: AlertChange) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      open: () => [],
    };
    const store = { changesAfter: (after: number, limit: number) => changes.slice(after, after + limit), changesOf: () => [] };
    const options = { name: 'siem', notifier: notifier('tls'), feed, store, dir, context: contextOf(systemClock) };
    const notifications = stack.use(new Notifications(options));
    const raise = (count: number): void => {
      for (let i = 0; i < count; i++) {
        const change = changeOf(changes.length + 1, { alert: { ...intrusion, id: `ALT-${changes.length + 1}` } });
        changes.push(change);
        for (const listener of listeners) listener(change);
      }
    };
    raise(3);
    await expect.poll(() => notifications.queue().used).toBe(0);
    // a receiver that has read a message writes it later: what it loses by the kill is no fault of the sender
    await expect.poll(() => peer.received().length).toBe(3);
    await peer.stop();
    raise(150);
    await expect.poll(() => notifications.fault?.error.code).toBe('NOTIFY_FAILED');
    await peer.restart();
    await expect.poll(() => notifications.queue()).toMatchObject({ used: 0, dropped: 0 });
    await expect.poll(() => new Set(peer.received().map(idOf)).size).toBe(153);
    const lines = peer.received().map((line) => Number(/externalId=ALT-(\d+)/.exec(line)?.[1]));
    const first = [...new Set(lines)];
    // a receiver with several threads may write what a broken connection brought after its repeats on the next one
    const hasRepeats = lines.length > changes.length;
    const ordered = hasRepeats ? first.toSorted((a, b) => a - b) : first;
    expect(ordered).toEqual(changes.map(({ sequence }) => sequence));
  });

  it('is not told anything over TLS with the certificate of another authority', async (test) => {
    await using stack = new AsyncDisposableStack();
    const { peer, notifier } = await open(program, test, stack);
    const other = stack.use(await TestAuthority.create(requirePeer('openssl', test)));
    await expect(notifier('tls', { ca: other.ca }).notify(changeOf(), signal)).rejects.toMatchObject({
      kind: 'retryable',
      code: 'NOTIFY_FAILED',
      message: expect.stringMatching(/^syslog tls:\/\/localhost:\d+: .*certificate/) as string,
    });
    expect(peer.received()).toEqual([]);
  });
});
