import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';

interface Kind {
  /** Debian packages, separated by spaces. */
  readonly apt: string;
  /** A package that is only unpacked into a folder of its name: Debian installs one mail and one syslog server at a time. */
  readonly unpack?: string;
  readonly files: readonly string[];
  readonly also?: string;
}

/** Independent programs that the suites use: Debian packages on this machine, installed only with CI=true (`test/run.ts`). */
const peers = {
  influxd: { apt: 'influxdb', files: ['influxd'] },
  'victoria-metrics': { apt: 'victoria-metrics', files: ['victoria-metrics'] },
  // The package belongs to Debian's Python, which may not be the first `python3` on the path.
  pymodbus: {
    apt: 'python3-pymodbus python3-serial',
    files: ['/usr/bin/python3'],
    also: '/usr/lib/python3/dist-packages/pymodbus/__init__.py',
  },
  mbpoll: { apt: 'mbpoll', files: ['mbpoll'] },
  chromium: { apt: 'chromium', files: ['chromium', 'chromium-browser'] },
  libmodbus: { apt: 'libmodbus-dev gcc libc6-dev', files: ['gcc'], also: '/usr/include/modbus/modbus.h' },
  tshark: { apt: 'tshark', files: ['tshark'] },
  dumpcap: { apt: 'tshark', files: ['dumpcap'] },
  tcpdump: { apt: 'tcpdump', files: ['tcpdump'] },
  socat: { apt: 'socat', files: ['socat'] },
  'systemd-analyze': { apt: 'systemd', files: ['systemd-analyze'] },
  promtool: { apt: 'promtool', files: ['promtool'] },
  mosquitto: { apt: 'mosquitto', files: ['/usr/sbin/mosquitto'] },
  mosquitto_sub: { apt: 'mosquitto-clients', files: ['mosquitto_sub'] },
  aiosmtpd: {
    apt: 'python3-aiosmtpd',
    files: ['/usr/bin/python3'],
    also: '/usr/lib/python3/dist-packages/aiosmtpd/__init__.py',
  },
  opensmtpd: { apt: 'libdb5.3t64 libevent-2.1-7t64', unpack: 'opensmtpd', files: ['/opt/opensmtpd/usr/sbin/smtpd'] },
  'nats-server': { apt: 'nats-server', files: ['/usr/sbin/nats-server', 'nats-server'] },
  oathtool: { apt: 'oathtool', files: ['oathtool'] },
  'openapi-spec-validator': {
    apt: 'python3-openapi-spec-validator',
    files: ['/usr/bin/python3'],
    also: '/usr/lib/python3/dist-packages/openapi_spec_validator/__init__.py',
  },
  alertmanager: { apt: 'prometheus-alertmanager', files: ['prometheus-alertmanager'] },
  rsyslog: {
    apt: 'rsyslog rsyslog-openssl',
    files: ['/usr/sbin/rsyslogd'],
    also: '/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_ossl.so',
  },
  'syslog-ng': { apt: 'libivykis0t64 libnet1', unpack: 'syslog-ng-core', files: ['/opt/syslog-ng-core/usr/sbin/syslog-ng'] },
  nginx: { apt: 'nginx-light', files: ['/usr/sbin/nginx'] },
  caddy: { apt: 'caddy', files: ['caddy'] },
  openssl: { apt: 'openssl', files: ['openssl'] },
  cc: { apt: 'gcc libc6-dev', files: ['gcc'], also: '/usr/include/dlfcn.h' },
  open62541: { apt: 'libopen62541-1.4-dev gcc libc6-dev', files: ['gcc'], also: '/usr/include/open62541/server.h' },
} as const satisfies Record<string, Kind>;

export type PeerName = keyof typeof peers;

/** The program that runs a peer: the Python with pymodbus, or the C compiler for open62541 and libmodbus. */
export interface Peer {
  readonly path: string;
}

/** Path of a peer on this machine; undefined if it is not installed. */
export function findPeer(name: PeerName): Peer | undefined {
  const peer: Kind = peers[name];
  if (peer.also !== undefined && !existsSync(peer.also)) return undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = peer.files.flatMap((file) => (file.startsWith('/') ? [file] : folders.map((folder) => join(folder, file))));
  const path = candidates.find((candidate) => existsSync(candidate));
  return path === undefined ? undefined : { path };
}

/** Installation command of a peer. */
export function howToInstall(name: PeerName): string {
  const { apt, unpack }: Kind = peers[name];
  return `${name} is missing: apt-get install ${apt}${unpack === undefined ? '' : `, and ${unpack} unpacked into /opt/${unpack}`}`;
}

/** Packages of all peers; undefined if none is missing. */
export function missingPackages(): { readonly install: readonly string[]; readonly unpack: readonly string[] } | undefined {
  if (Object.keys(peers).every((name) => findPeer(name as PeerName) !== undefined)) return undefined;
  const kinds: readonly Kind[] = Object.values(peers);
  return {
    install: [...new Set(kinds.flatMap(({ apt }) => apt.split(' ')))],
    unpack: kinds.flatMap(({ unpack }) => unpack ?? []),
  };
}

/**
 * The peer for a test. If it is missing, the test is skipped with a sentence that names the package. With `CI=true` the test
 * fails instead, because a skipped suite proves nothing.
 */
export function requirePeer(name: PeerName, test: Pick<TestContext, 'skip'>): Peer {
  const peer = findPeer(name);
  if (peer !== undefined) return peer;
  if (process.env['CI'] === 'true') throw new Error(howToInstall(name));
  return test.skip(howToInstall(name));
}
