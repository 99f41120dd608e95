/** Texts about the reference set. */
export const texts = {
  title: { set: 'Reference set', approve: 'Approve the present values', withdraw: 'Withdraw the reference set' },
  column: {
    tag: 'Tag',
    present: 'Present value',
    reference: 'Reference value',
    since: 'Since',
    write: 'Written by',
    low: 'Allowed from',
    high: 'Allowed to',
    included: 'In the set',
  },
  button: { approve: 'Approve present values', withdraw: 'Withdraw' },
  note: {
    version: (version: number, count: number, role: string, moment: string) =>
      `version ${version}, ${count} ${count === 1 ? 'value' : 'values'}, approved ${moment} by ${role}`,
    withdrawn: (version: number, role: string, moment: string) => `withdrawn by version ${version}, ${moment}, role ${role}`,
    invalid: 'not in force',
    none: 'none',
    noValue: 'no value',
    notConfigured: 'no set-point or parameter of the configuration',
    span: (low: string, high: string) => `${low} to ${high}`,
    rest: (equal: number, without: number) => `${equal} as approved, ${without} without a reference value`,
    lowOf: (tag: string) => `Lower end of the allowed span of ${tag}`,
    highOf: (tag: string) => `Upper end of the allowed span of ${tag}`,
    includeOf: (tag: string) => `${tag} in the reference set`,
  },
  sentence: {
    empty: 'There is no reference set: set-points and parameters are not compared with approved values.',
    withdraw:
      'From then on no value is compared, and open alerts of the reference set end. Approving values again puts a new version in force.',
    equal: 'Every value is as approved.',
    waiting: 'A reference set waits for the approval of another user.',
    roles: (roles: string) => `A user with the role ${roles} approves the present values.`,
    effect:
      'A value that differs later is an alert. Leave out set-points that a controller computes, and state a span for those that operators change.',
    span: (tag: string) => `The span of ${tag} needs two numbers that contain its value.`,
    nothing: 'No tag is chosen.',
  },
} as const;
