/** Groups of routes that an API token may use, each with the first parts of their paths below `/api`. */
export const tokenGroups = {
  alerts: ['alert', 'alerts', 'incident'],
  plant: ['site', 'overview', 'tags', 'bands', 'mimic', 'assets'],
  history: ['history', 'annotations'],
  events: ['events', 'journal'],
  health: ['health', 'detection', 'detection-limits', 'unwatched', 'shadow'],
  baseline: ['baseline', 'episodes', 'minor'],
  'alarm-records': ['alarm-records'],
  reference: ['reference'],
  maintenance: ['maintenance'],
  security: ['security'],
  reports: ['report'],
  lab: ['lab'],
  audit: ['audit'],
  description: ['openapi.json'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type TokenGroup = keyof typeof tokenGroups;
export const tokenGroupNames = Object.keys(tokenGroups) as readonly TokenGroup[];

/**
 * Routes that no token may use: accounts, tokens, sign-in, and acts that a person signs or approves. Otherwise a token could create
 * users, outlive its expiry, or be the second person.
 */
export const onlyForPeople: readonly string[] = [
  'account',
  'alarm-records/decide',
  'approvals',
  'configuration',
  'reference/approve',
  'display',
  'displays',
  'door',
  'handover',
  'identity',
  'login',
  'logout',
  'setup',
  'tokens',
  'users',
];

/** Group of a route's path, e.g. `/api/alerts/shelve`; undefined if only people may use it. */
export function groupOf(path: string): TokenGroup | undefined {
  const rest = path.replace(/^\/api\//, '');
  const [first = ''] = rest.split('/');
  if (onlyForPeople.includes(first) || onlyForPeople.includes(rest)) return undefined;
  return tokenGroupNames.find((name) => (tokenGroups[name] as readonly string[]).includes(first));
}
