import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Protection } from '../../../src/alerts/protection.ts';
import type { CertificateState } from '../../../src/core/certificate.ts';
import { type Clock, VirtualClock } from '../../../src/core/clock.ts';
import { type Logger, silentLogger } from '../../../src/core/plugin.ts';
import { type Role, roles } from '../../../src/core/access.ts';
import type { Services } from '../../api/index.ts';
import { type Dashboard, dashboardSchema, startDashboard } from '../index.ts';
import { type PassphraseCost, Passphrases } from '../../accounts/passphrases.ts';
import type { SocketLimitNumbers } from '../socket-limits.ts';
import type { DashboardMetrics } from '../metrics.ts';
import { Browser } from './browser.ts';
import { FakeAudit, FakeDisplays, FakePens, FakeSessions, FakeTokens, FakeUsers } from './fake-accounts.ts';
import { FakeMonitor } from './fake-monitor.ts';
import { FakeCalibrationReview, FakeBaseline, memoryApprovals } from './fake-operation.ts';

/** Lowest cost that argon2 allows. */
export const cheap = { memory: 8, passes: 1, parallelism: 1 };
/** A client in the passphrase queue. */
export const lane = { key: 'test', isKnown: false };
export const passphrase = 'correct horse battery';
const wallStart = 1_800_000_000_000;

/** Folder of a built client with one page. */
export function aClientDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-client-'));
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>page</title>');
  return dir;
}

export interface Bench extends AsyncDisposable {
  readonly dashboard: Dashboard;
  readonly view: FakeMonitor;
  readonly users: FakeUsers;
  readonly sessions: FakeSessions;
  readonly displays: FakeDisplays;
  readonly apiTokens: FakeTokens;
  readonly audit: FakeAudit;
  readonly baseline: FakeBaseline;
  readonly calibration: FakeCalibrationReview;
  /** Wall clock of the dashboard. */
  readonly wall: VirtualClock;
  /** A browser signed in as a user of a role. */
  as(role: Role): Promise<Browser>;
}

/** A dashboard on a real port with a fake monitor. It has one user of each role, with the role as name, unless `noUsers`. */
export async function aBench(
  options: {
    readonly view?: FakeMonitor;
    readonly config?: Parameters<typeof dashboardSchema.parse>[0];
    readonly noUsers?: boolean;
    /** Earlier run whose accounts, sessions, tokens and wall clock it has. */
    readonly after?: Bench;
    /** True if acts that reduce protection need a second person. */
    readonly secondPerson?: boolean;
    /** Built client; an empty page if not given. */
    readonly clientDir?: string;
    readonly passphrases?: Passphrases;
    /** Cost of the users' stored passphrases; the lowest if not given. */
    readonly cost?: PassphraseCost;
    readonly socketLimits?: SocketLimitNumbers;
    readonly silentMs?: number;
    readonly secret?: Buffer;
    readonly coverage?: Services['coverage'];
    readonly metrics?: DashboardMetrics;
    readonly logger?: Logger;
    readonly onCertificate?: (state: CertificateState) => void;
    readonly onRepeatedFailures?: (repeated: boolean) => void;
    /** Running wall clock for pages in a browser; otherwise the wall clock is virtual. */
    readonly wallClock?: Clock;
  } = {},
): Promise<Bench> {
  const view = options.view ?? new FakeMonitor();
  const { after } = options;
  const users = after?.users ?? new FakeUsers();
  const sessions = after?.sessions ?? new FakeSessions();
  const displays = new FakeDisplays();
  const apiTokens = after?.apiTokens ?? new FakeTokens();
  const audit = new FakeAudit();
  const baseline = new FakeBaseline();
  const calibration = new FakeCalibrationReview();
  const wall = after?.wall ?? new VirtualClock(wallStart);
  if (options.noUsers !== true && after === undefined) {
    const passphraseHash = await new Passphrases(options.cost ?? cheap).hash(passphrase, lane);
    for (const role of roles) {
      users.add({ name: role, role, passphraseHash, createdAt: 0, disabled: false });
    }
  }
  const { tags, clock, maintenance, alerts } = view;
  const secondPerson = options.secondPerson ?? false;
  const protection = new Protection({ tags, devices: ['plc'], secondPerson, clock, maintenance, alerts });
  const dashboard = await startDashboard({
    view,
    users,
    sessions,
    displays,
    apiTokens,
    pens: new FakePens(),
    audit,
    baseline,
    calibration,
    coverage: options.coverage,
    approvals: memoryApprovals(audit, view.clock, options.secondPerson, [], { protection }),
    config: dashboardSchema.parse({ port: 0, ...(options.config as object | undefined) }),
    clientDir: options.clientDir ?? aClientDir(),
    wallClock: options.wallClock ?? wall,
    logger: options.logger ?? silentLogger,
    metrics: options.metrics,
    socketLimits: options.socketLimits,
    silentMs: options.silentMs,
    secret: options.secret,
    onCertificate: options.onCertificate,
    onRepeatedFailures: options.onRepeatedFailures,
    passphrases: options.passphrases ?? new Passphrases(cheap),
  });
  return {
    dashboard,
    view,
    users,
    sessions,
    displays,
    apiTokens,
    audit,
    baseline,
    calibration,
    wall,
    as: async (role) => {
      const browser = new Browser(dashboard.address);
      const { status } = await browser.call('POST /api/login', { name: role, passphrase });
      if (status !== 200) throw new Error(`login as ${role} answered ${status}`);
      return browser;
    },
    [Symbol.asyncDispose]: () => dashboard[Symbol.asyncDispose](),
  };
}
