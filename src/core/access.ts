/** Roles of people. @see permissions */
export const roles = ['viewer', 'operator', 'engineer', 'analyst', 'instructor', 'auditor', 'admin'] as const;
export type Role = (typeof roles)[number];

/**
 * Access policy: roles by permission, the only definition for server and client. A role that is not listed does not have the
 * permission; the order of roles has no meaning.
 */
export const permissions = {
  /** View all pages except audit, lab and users; change the own passphrase. */
  view: roles,
  /** Acknowledge alerts. */
  acknowledge: ['operator', 'engineer', 'admin'],
  /** Shelve alerts, and end their shelving; see `hidingBounds`. */
  shelve: ['operator', 'engineer', 'admin'],
  /** Reset an alert that latches: an intrusion. */
  reset: ['analyst', 'admin'],
  /** Give an alert or an incident a verdict; comment on an incident. */
  judge: ['operator', 'engineer', 'analyst', 'admin'],
  /** Assign an incident, and state the progress of the work on it. */
  triage: ['engineer', 'analyst', 'admin'],
  /** Export an incident for other organisations. */
  'export-case': ['engineer', 'analyst', 'auditor', 'admin'],
  /** Write notes of the shift, sign its handover, and take over. */
  'hand-over': ['operator', 'engineer', 'admin'],
  /** Add annotations to trends, and remove them. */
  annotate: ['operator', 'engineer', 'analyst', 'admin'],
  /** View the minor findings of the whole plant. Those of an incident are on its page for everybody. */
  'view-minor': ['engineer', 'analyst', 'admin'],
  /** View which shipped scenarios were detected. It names attacks that participants of an exercise must not expect. */
  'view-coverage': ['engineer', 'analyst', 'instructor', 'auditor', 'admin'],
  /** Take a part of the plant out of service, and back; see `hidingBounds`. */
  maintain: ['operator', 'engineer', 'admin'],
  /** Approve, edit and unlearn baseline entries. */
  'decide-baseline': ['engineer', 'admin'],
  /** Change, import and approve alarm records. */
  'change-alarms': ['engineer', 'admin'],
  /** Approve the reference set: the values of set-points and parameters. */
  'approve-reference': ['engineer', 'admin'],
  /** Confirm a changed configuration with its reason. */
  'confirm-configuration': ['engineer', 'admin'],
  /** Approve or reject the acts of other users that reduce protection; see `hidingBounds` and `alarms.secondPerson`. */
  approve: ['engineer', 'admin'],
  /** Run scenarios on the simulated plant and see their ground truth. */
  'run-lab': ['engineer', 'instructor', 'admin'],
  /** Read the audit trail, with the names of users. */
  'read-audit': ['engineer', 'auditor', 'admin'],
  /** Add, change, disable and remove users; end their sessions. */
  'manage-users': ['admin'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type Permission = keyof typeof permissions;

/** True if the role has the permission; false for an unknown role. */
export const isAllowed = (role: Role, permission: Permission): boolean => rolesWith(permission).includes(role);

export const rolesWith = (permission: Permission): readonly Role[] => permissions[permission];

/** Names of the roles with a permission, as text, e.g. `operator, engineer or admin`. */
export const rolesText = (permission: Permission): string =>
  rolesWith(permission)
    .join(', ')
    .replace(/, ([^,]+)$/, ' or $1');
