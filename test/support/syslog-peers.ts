import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kill } from './child-processes.ts';
import { listening } from './listening.ts';
import { freePort } from './free-port.ts';

/** Certificate files of a receiver. */
export interface ReceiverCertificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export type SyslogTransport = 'udp' | 'tcp' | 'tls';

/** How a program is told where to listen, and where to write `facility.severity app msgid text` of each message. */
export type Configure = (of: {
  readonly dir: string;
  readonly log: string;
  readonly ports: Readonly<Record<SyslogTransport, number>>;
  readonly files: ReceiverCertificates;
}) => string;

const rsyslog: Configure = ({ dir, log, ports, files }) => `
global(workDirectory="${dir}" maxMessageSize="64k" defaultNetstreamDriverCAFile="${files.ca}"
  defaultNetstreamDriverCertFile="${files.cert}" defaultNetstreamDriverKeyFile="${files.key}")
main_queue(queue.workerThreads="1")
module(load="imudp")
module(load="imtcp" workerThreads="1")
template(name="line" type="string" string="%syslogfacility-text%.%syslogseverity-text% %app-name% %msgid% %msg%\\n")
ruleset(name="all") { action(type="omfile" file="${log}" template="line") }
input(type="imudp" address="127.0.0.1" port="${ports.udp}" ruleset="all")
input(type="imtcp" address="127.0.0.1" port="${ports.tcp}" ruleset="all")
input(type="imtcp" address="127.0.0.1" port="${ports.tls}" ruleset="all" streamDriver.name="ossl" streamDriver.mode="1"
  streamDriver.authMode="x509/certvalid")
`;

const syslogNg: Configure = ({ log, ports, files }) => `
@version: 4.8
options { log-msg-size(65536); stats(freq(0)); };
source all {
  syslog(ip(127.0.0.1) port(${ports.udp}) transport("udp"));
  syslog(ip(127.0.0.1) port(${ports.tcp}) transport("tcp"));
  syslog(ip(127.0.0.1) port(${ports.tls}) transport("tls") tls(cert-file("${files.cert}") key-file("${files.key}")
    ca-file("${files.ca}") peer-verify(required-trusted)));
};
destination file { file("${log}" template("$FACILITY.$LEVEL $PROGRAM $MSGID $MSG\\n")); };
log { source(all); destination(file); };
`;

const programs = {
  rsyslog: { configure: rsyslog, args: (dir: string) => ['-n', '-f', join(dir, 'conf'), '-i', join(dir, 'pid')] },
  'syslog-ng': {
    configure: syslogNg,
    args: (dir: string, program: string) => [
      '-F',
      '--no-caps',
      `--cfgfile=${join(dir, 'conf')}`,
      `--persist-file=${join(dir, 'persist')}`,
      `--control=${join(dir, 'ctl')}`,
      `--pidfile=${join(dir, 'pid')}`,
      `--module-path=${join(dirname(program), '../lib/syslog-ng/4.8')}`,
    ],
  },
} as const;

export type SyslogProgram = keyof typeof programs;

/** A syslog server of another project, on loopback ports of its own. */
export class SyslogPeer implements AsyncDisposable {
  readonly ports: Readonly<Record<SyslogTransport, number>>;
  readonly #dir = mkdtempSync(join(tmpdir(), 'scadawatch-syslog-'));
  readonly #program: SyslogProgram;
  readonly #path: string;
  #child: ChildProcess | undefined;

  private constructor(program: SyslogProgram, path: string, ports: SyslogPeer['ports']) {
    this.#program = program;
    this.#path = path;
    this.ports = ports;
  }

  static async start(program: SyslogProgram, path: string, files: ReceiverCertificates): Promise<SyslogPeer> {
    const peer = new SyslogPeer(program, path, { udp: await freePort(), tcp: await freePort(), tls: await freePort() });
    const conf = programs[program].configure({ dir: peer.#dir, log: peer.#log, ports: peer.ports, files });
    writeFileSync(join(peer.#dir, 'conf'), conf);
    await peer.restart();
    return peer;
  }

  get #log(): string {
    return join(this.#dir, 'received.log');
  }

  /** Received messages in their order, as `facility.severity app msgid text`. */
  received(): string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').split('\n').filter(Boolean) : [];
  }

  async restart(): Promise<void> {
    await this.stop();
    const libraries = join(dirname(this.#path), '../lib/syslog-ng');
    this.#child = spawn(this.#path, programs[this.#program].args(this.#dir, this.#path), {
      stdio: 'ignore',
      env: { ...process.env, OPENSSL_CONF: undefined, ...(existsSync(libraries) ? { LD_LIBRARY_PATH: libraries } : {}) },
    });
    await listening(this.ports.tls);
  }

  /** Kills the program. Its ports then refuse connections. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await kill(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
