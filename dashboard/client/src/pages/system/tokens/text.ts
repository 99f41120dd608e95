/** Texts of the API tokens. */
export const texts = {
  title: { tokens: 'API tokens', shown: 'New token' },
  label: { days: 'Validity, days', groups: 'Groups of routes', token: 'API token' },
  column: { groups: 'Groups', expires: 'Expires', used: 'Last use', by: 'Created by' },
  button: { add: 'Create token', revoke: (name: string) => `Revoke ${name}` },
  note: { tokens: 'for programs', expired: 'expired', never: 'never' },
  sentence: {
    none: 'No API token exists. Create one for each program that reads the API.',
    shown: 'Copy the token now: it is not shown again. The program sends it as the header "Authorization: Bearer TOKEN".',
    revoke: 'The token is refused at once.',
  },
} as const;
