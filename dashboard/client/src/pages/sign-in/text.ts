/** Texts of sign-in and of the first start. */
export const texts = {
  title: {
    connecting: 'Connecting to the server',
    noLink: 'No link to the server',
    signedOut: (site: string) => `Signed out of ${site}`,
    setup: (site: string) => `Set up ${site}`,
  },
  label: {
    tls: 'Encrypted link (TLS)',
    loopback: 'This computer only (loopback)',
    certificate: 'Server certificate',
    name: 'Name',
    loading: 'Loading',
    signingIn: 'Signing in',
    administratorName: 'Name of the administrator',
    token: 'Setup token, printed on the console of the server',
    steps: { token: 'Token', administrator: 'Administrator', sound: 'Sound and theme' },
  },
  button: {
    continue: 'Continue',
    create: 'Create the administrator account',
    enableSound: 'Enable sound',
    openPlant: 'Open the plant overview',
    playAgain: 'Play the test tone again',
    signIn: 'Sign in',
    useOtherToken: 'Use another token',
  },
  sentence: {
    serverGone: 'The server does not answer. It may be starting or stopped. The page tries again every 3 s.',
    failed: 'The request failed. Try again.',
    wrongCredentials: 'The name or the passphrase is wrong.',
    tooManyAttempts: 'Too many failed attempts.',
    retryIn: (time: string) => `Try again in ${time}.`,
    closed: 'Sign-in is closed.',
    recover: 'Stop scadawatch, run one of these commands, and start scadawatch again:',
    soundNeedsPress: 'Browsers allow sound only after a button is pressed. Play the test tone now. Each new page asks again.',
  },
} as const;
