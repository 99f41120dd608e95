import { accountRoutes } from './account.ts';
import { alarmRecordRoutes } from './alarm-records.ts';
import { alertRoutes } from './alerts.ts';
import { approvalRoutes } from './approvals.ts';
import { annotationRoutes } from './annotations.ts';
import { assetRoutes } from './assets.ts';
import { baselineRoutes } from './baseline.ts';
import { caseRoutes } from './case.ts';
import { configurationRoutes } from './configuration.ts';
import { coverageRoutes } from './coverage.ts';
import { debriefRoutes } from './debrief.ts';
import { displayRoutes } from './displays.ts';
import { documentRoutes } from './document.ts';
import { episodeRoutes } from './episodes.ts';
import { eventRoutes } from './events.ts';
import { historyRoutes } from './history.ts';
import { identityRoutes } from './identity.ts';
import { instructorRoutes } from './instructor.ts';
import { labRoutes } from './lab.ts';
import { maintenanceRoutes } from './maintenance.ts';
import { mimicRoutes } from './mimics.ts';
import { minorRoutes } from './minor.ts';
import { penRoutes } from './pens.ts';
import { overviewRoutes } from './overview.ts';
import { plantRoutes } from './plant.ts';
import { referenceRoutes } from './reference.ts';
import { reportRoutes } from './report.ts';
import { securityRoutes } from './security.ts';
import { secondFactorRoutes } from './second-factor.ts';
import { shiftRoutes } from './shift.ts';
import { signInRoutes } from './sign-in.ts';
import { systemRoutes } from './system.ts';
import { tokenRoutes } from './tokens.ts';
import { usersRoutes } from './users.ts';

export type { DisplayInfo } from './displays.ts';
export type { AuditLine } from './audit-line.ts';
export type { SeriesBody } from './history.ts';
export type { IncidentBody, IncidentChange } from './schemas/alert.ts';
export type { AreaOverview } from './overview.ts';
export type { TagInfo } from './plant.ts';
export type { Needs, Route } from './route.ts';
export type { Services } from './services.ts';
export type { CaseSummary } from './security.ts';
export type { SignInInfo } from './sign-in.ts';
export type { Health } from './system.ts';
export type { TokenInfo } from './tokens.ts';
export type { UserInfo } from './users.ts';

/** All routes of the HTTP API, by method and path. */
export const routes = {
  ...signInRoutes,
  ...identityRoutes,
  ...documentRoutes,
  ...plantRoutes,
  ...overviewRoutes,
  ...mimicRoutes,
  ...historyRoutes,
  ...annotationRoutes,
  ...penRoutes,
  ...systemRoutes,
  ...configurationRoutes,
  ...referenceRoutes,
  ...alertRoutes,
  ...caseRoutes,
  ...eventRoutes,
  ...alarmRecordRoutes,
  ...approvalRoutes,
  ...assetRoutes,
  ...minorRoutes,
  ...baselineRoutes,
  ...episodeRoutes,
  ...maintenanceRoutes,
  ...reportRoutes,
  ...securityRoutes,
  ...coverageRoutes,
  ...shiftRoutes,
  ...labRoutes,
  ...debriefRoutes,
  ...instructorRoutes,
  ...usersRoutes,
  ...accountRoutes,
  ...secondFactorRoutes,
  ...displayRoutes,
  ...tokenRoutes,
};
export type RouteName = keyof typeof routes;

/**
 * Input and answer of each route, for clients. The browser imports types only: a value from this folder would put server code
 * into the bundle.
 */
export type Api = {
  readonly [Name in RouteName]: {
    readonly input: (typeof routes)[Name]['input']['_zod']['output'];
    readonly answer: (typeof routes)[Name]['answer']['_zod']['output'];
  };
};
