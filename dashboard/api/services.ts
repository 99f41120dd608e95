import type { ApprovalControl } from '../../src/core/approvals.ts';
import type { Coverage } from '../../src/core/coverage.ts';
import type { CalibrationReview } from '../../src/core/episodes.ts';
import type { BaselineReview, MonitorView } from '../../src/core/monitor.ts';
import type { Logger } from '../../src/core/plugin.ts';
import type { ApiTokenStore, AuditLog, DisplayStore, SignInClosed, StateSaving, UserStore } from '../../src/core/state.ts';
import type { PenStore } from '../../src/core/trend-pens.ts';
import type { ApiTokens } from '../accounts/api-tokens.ts';
import type { IdentityProvider } from '../accounts/identity-provider.ts';
import type { KnownDevices } from '../accounts/known-devices.ts';
import type { LoginThrottle } from '../accounts/login-throttle.ts';
import type { Passphrases } from '../accounts/passphrases.ts';
import type { SecondFactors } from '../accounts/second-factors.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { SetupToken } from '../accounts/setup-token.ts';
import type { SignInWatch } from '../accounts/sign-in-watch.ts';
import type { DashboardStats, Heartbeat } from '../protocol.ts';
import type { EventStreams } from './event-streams.ts';

/** Services that handlers of routes receive from the server. */
export interface Services {
  readonly view: MonitorView;
  /** The baseline for review; undefined if it is not shown. */
  readonly baseline: BaselineReview | undefined;
  /** The calibration data for review; undefined if they are not shown. */
  readonly calibration: CalibrationReview | undefined;
  /** Reads the measured detection of the shipped scenarios; undefined if the installation has none. */
  readonly coverage: () => Promise<Coverage | undefined>;
  readonly approvals: ApprovalControl;
  readonly users: UserStore;
  readonly displays: DisplayStore;
  readonly apiTokens: ApiTokenStore;
  /** Sessions of programs by their tokens. */
  readonly tokens: ApiTokens;
  readonly pens: PenStore;
  readonly audit: AuditLog;
  readonly saving: StateSaving;
  readonly sessions: Sessions;
  readonly passphrases: Passphrases;
  readonly throttle: LoginThrottle;
  readonly devices: KnownDevices;
  readonly secondFactors: SecondFactors;
  readonly failures: SignInWatch;
  /** Undefined if the configuration names no identity provider. */
  readonly identity: IdentityProvider | undefined;
  readonly pseudonymOf: (name: string) => string;
  /** Undefined if there are users. */
  readonly setup: SetupToken | undefined;
  /** Set if the accounts were lost. */
  readonly closed: SignInClosed | undefined;
  readonly transport: 'loopback' | 'tls';
  readonly fingerprint: string | undefined;
  /** Random number of this run of the server. Indices of tags are valid for one run. */
  readonly run: number;
  readonly stats: () => DashboardStats;
  readonly streams: EventStreams;
  /** State of the monitor, as pages receive it. */
  readonly heartbeat: () => Omit<Heartbeat, 'skipped'>;
  /** The OpenAPI document of all routes. */
  readonly openApi: () => { readonly openapi: string };
  readonly logger: Logger;
}
