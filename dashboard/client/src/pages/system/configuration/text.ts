/** Texts about changed settings of the configuration. */
export const texts = {
  title: { changed: 'Changed configuration, not confirmed', confirm: 'Confirm the changed configuration' },
  column: { setting: 'Setting', before: 'Before', now: 'Now' },
  button: { confirm: 'Confirm with a reason' },
  note: {
    since: (file: string, moment: string) => `${file}, since ${moment}`,
    none: 'none',
    removed: 'removed',
    more: (count: number) => `and ${count} more, see System, Audit`,
  },
  sentence: {
    waiting: 'The reason is stated. Another user must approve it.',
    roles: (roles: string) => `A user with the role ${roles} confirms the change.`,
    effect: 'The monitor already runs with these settings. A confirmation ends the alarm, and the audit trail keeps the reason.',
    wrong: 'If nobody knows of the change, do not confirm it: restore the file and its environment, and restart scadawatch.',
  },
} as const;
