import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { readCapture } from '../../collectors/capture/replay.ts';
import { standardService } from '../../collectors/capture/opcua/services.ts';
import { TagTable } from '../../src/core/tag.ts';
import type { WireEvent } from '../../src/core/wire.ts';

/**
 * Number of OPC UA messages of a capture: transport messages by type (`HEL`, `MSG` …; each counts once, however many chunks it
 * has), services by name and side (`Read request`).
 */
export type OpcuaCounts = ReadonlyMap<string, number>;

/**
 * Captures for which tshark gives other counts than the tap, with the reasons. `more` is added to its counts before the
 * comparison.
 */
export const otherByTshark: Readonly<Record<string, { readonly why: string; readonly more: Readonly<Record<string, number>> }>> =
  {
    'open62541_client-server_encrypted.pcap': {
      why: 'tshark names a service only where it can read it; the second channel is opened and closed in messages that are encrypted',
      more: { 'OpenSecureChannel request': 1, 'OpenSecureChannel response': 1, 'CloseSecureChannel request': 1 },
    },
    'python_opcua-client-server_encrypted.pcap': {
      why: 'the opening of a channel is encrypted although its other messages are only signed, and tshark cannot name it',
      more: { 'OpenSecureChannel request': 1, 'OpenSecureChannel response': 1 },
    },
    'open62541_client-server_mainloop-ActivateSession-diagInfo.pcap': {
      why: 'a ServiceFault is a kind of its own for tshark, and the answer to its request for us',
      more: { 'Publish response': 20, 'ServiceFault response': -20 },
    },
  };

/** OPC UA events of a capture, for each packet. */
export async function opcuaEvents(path: string, signal: AbortSignal): Promise<Exclude<WireEvent, { type: 'wire-loss' }>[]> {
  const options = { tap: 'counts', tags: new TagTable([]), devices: [], periodMs: 0 };
  const all: Exclude<WireEvent, { type: 'wire-loss' }>[] = [];
  for await (const { events } of readCapture(path, options, signal)) {
    for (const event of events) if (event.type !== 'wire-loss' && event.ends.protocol === 'opcua') all.push(event);
  }
  return all;
}

/** Operations of a channel whose messages cannot be read: they are messages, not services. */
const nameless: ReadonlySet<string> = new Set(['encrypted', 'MSG']);

export async function opcuaByTap(path: string, signal: AbortSignal): Promise<OpcuaCounts> {
  const counts = new Map<string, number>();
  const add = (what: string, count: number): void => {
    if (count > 0) counts.set(what, (counts.get(what) ?? 0) + count);
  };
  for (const event of await opcuaEvents(path, signal)) {
    if (event.type === 'wire-fault' && event.operation === 'Error') add('ERR', 1);
    if (event.type !== 'wire-traffic' || event.operation === '' || event.operation === 'Error') continue;
    const { operation, requests, responses } = event;
    if (operation === 'Hello') {
      add('HEL', requests);
      add('ACK', responses);
      continue;
    }
    add({ OpenSecureChannel: 'OPN', CloseSecureChannel: 'CLO' }[operation] ?? 'MSG', requests + responses);
    if (nameless.has(operation)) continue;
    add(`${operation} request`, requests);
    add(`${operation} response`, responses);
  }
  return counts;
}

/** Ports with OPC UA in the public captures. */
const ports = [4840, 12_001, 48_010].flatMap((port) => ['-d', `tcp.port==${port},opcua`]);
const fields = ['transport.type', 'transport.chunk', 'servicenodeid.numeric'].flatMap((field) => ['-e', `opcua.${field}`]);

/** @param tshark path of the program */
export async function opcuaByTshark(tshark: string, path: string): Promise<OpcuaCounts> {
  const args = ['-n', '-r', path, ...ports, '-Y', 'opcua', '-T', 'fields', ...fields];
  const { stdout } = await promisify(execFile)(tshark, args, { maxBuffer: 64 << 20 });
  const counts = new Map<string, number>();
  const add = (what: string, count: number): void => {
    const sum = (counts.get(what) ?? 0) + count;
    if (sum === 0) counts.delete(what);
    else counts.set(what, sum);
  };
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const [types = [], chunks = [], ids = []] = line
      .split('\t')
      .map((values) => values.split(',').filter((value) => value !== ''));
    types.forEach((type, row) => add(type, chunks[row] === 'F' ? 1 : 0));
    for (const id of ids) {
      const service = standardService(`i=${id}`);
      add(service === undefined ? id : `${service.operation} ${service.kind}`, 1);
    }
  }
  for (const [what, count] of Object.entries(otherByTshark[basename(path, '.gz')]?.more ?? {})) add(what, count);
  return counts;
}
