/** Texts of the set-up of a second factor. */
export const texts = {
  title: { secondFactor: 'Second factor', enrol: 'Set up the second factor' },
  label: {
    key: 'Key for an app without a camera',
    picture: 'QR code with the key',
    code: 'Code of the app, 6 digits',
    presentCode: 'Present code or recovery code',
    recovery: 'Recovery codes',
  },
  button: {
    begin: 'Set up an authenticator',
    replace: 'Set up another authenticator',
    confirm: 'Confirm the code',
    done: 'Done',
  },
  note: {
    set: (left: number) => `set up, ${left} recovery codes left`,
    notSet: 'not set up',
    required: 'your role needs it',
  },
  sentence: {
    why: 'Your role needs a code of an authenticator app beside the passphrase. Set it up to continue.',
    scan: 'Scan the picture with an authenticator app, or type the key. Then enter the code that the app shows.',
    recovery:
      'Keep these recovery codes in a safe place. Each of them replaces a code once, if the app is lost. They are not shown again.',
  },
} as const;
