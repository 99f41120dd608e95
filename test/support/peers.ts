import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';

/** Independent programs that the suites use: Debian packages on this machine, never downloaded. */
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
  // Debian installs one mail server at a time, so this one is only unpacked: see `test/run.ts`.
  opensmtpd: {
    apt: 'libdb5.3t64 libevent-2.1-7t64, and opensmtpd unpacked into /opt/opensmtpd',
    files: ['/opt/opensmtpd/usr/sbin/smtpd'],
  },
  'nats-server': { apt: 'nats-server', files: ['/usr/sbin/nats-server', 'nats-server'] },
  oathtool: { apt: 'oathtool', files: ['oathtool'] },
  'openapi-spec-validator': {
    apt: 'python3-openapi-spec-validator',
    files: ['/usr/bin/python3'],
    also: '/usr/lib/python3/dist-packages/openapi_spec_validator/__init__.py',
  },
  alertmanager: { apt: 'prometheus-alertmanager', files: ['prometheus-alertmanager'] },
  rsyslog: { apt: 'rsyslog rsyslog-openssl', files: ['/usr/sbin/rsyslogd'] },
  // Debian installs one syslog server at a time, so this one is only unpacked: see `test/run.ts`.
  'syslog-ng': {
    apt: 'libivykis0t64 libnet1, and syslog-ng-core unpacked into /opt/syslog-ng',
    files: ['/opt/syslog-ng/usr/sbin/syslog-ng'],
  },
  nginx: { apt: 'nginx-light', files: ['/usr/sbin/nginx'] },
  caddy: { apt: 'caddy', files: ['caddy'] },
  openssl: { apt: 'openssl', files: ['openssl'] },
  cc: { apt: 'gcc libc6-dev', files: ['gcc'], also: '/usr/include/dlfcn.h' },
  open62541: { apt: 'libopen62541-1.4-dev gcc libc6-dev', files: ['gcc'], also: '/usr/include/open62541/server.h' },
} as const satisfies Record<string, { apt: string; files: readonly string[]; also?: string }>;

export type PeerName = keyof typeof peers;

/** The program that runs a peer: the Python with pymodbus, or the C compiler for open62541 and libmodbus. */
export interface Peer {
  readonly path: string;
}

/** Path of a peer on this machine; undefined if it is not installed. */
export function findPeer(name: PeerName): Peer | undefined {
  const peer: { readonly files: readonly string[]; readonly also?: string } = peers[name];
  if (peer.also !== undefined && !existsSync(peer.also)) return undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = peer.files.flatMap((file) => (file.startsWith('/') ? [file] : folders.map((folder) => join(folder, file))));
  const path = candidates.find((candidate) => existsSync(candidate));
  return path === undefined ? undefined : { path };
}

/** Installation command of a peer. */
export const howToInstall = (name: PeerName): string => `${name} is missing: apt-get install ${peers[name].apt}`;

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
