/** Texts of the shift pages. */
export const texts = {
  title: {
    shift: 'Shift',
    handover: 'Handover of the shift',
    report: 'Alarm report',
    signed: 'Signed handovers',
    signedOne: 'Signed handover',
  },
  column: {
    handedOver: 'Handed over by',
    takenOver: 'Taken over by',
    acts: 'Read and sign',
  },
  label: {
    tabs: { handover: 'Handover', report: 'Report' },
    period: 'Period',
    periods: { day: 'Day', week: 'Week', month: 'Month' },
    date: 'Date in the period',
    position: 'Operator position',
    wholePlant: 'Whole plant',
    note: 'Note of the shift, with your name',
  },
  button: {
    addNote: 'Add note',
    read: 'Read',
    refresh: 'Refresh',
    saveHtml: 'Save for printing',
    saveCsv: 'Save table',
    sign: 'Sign and hand over',
    takeOver: 'Take over',
  },
  note: {
    draft: 'as it would be signed now',
    mayNotSign: 'operators, engineers and administrators sign the handover',
    notTaken: 'not taken over yet',
    signature: (user: string, role: string, moment: string) => `${user} (${role}), ${moment}`,
    span: (from: string, to: string, zone: string) => `${from} to ${to}, ${zone}`,
    made: (time: string) => `created ${time}`,
  },
  sentence: {
    noHandover: 'No handover is signed yet. The user whose shift ends signs first, the user of the next shift takes over.',
    sign: 'You sign what this page shows, with your name and the time. It is kept and cannot be changed.',
    takeOver: (signature: string) =>
      `You take over from ${signature}. Read the handover first. Your name and the time are kept and cannot be changed.`,
  },
} as const;
