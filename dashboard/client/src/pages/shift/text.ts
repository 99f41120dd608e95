/** Texts of the shift pages. */
export const texts = {
  title: {
    shift: 'Shift',
    report: 'Alarm report',
  },
  label: {
    tabs: { report: 'Report' },
    period: 'Period',
    periods: { day: 'Day', week: 'Week', month: 'Month' },
    date: 'Date in the period',
    position: 'Operator position',
    wholePlant: 'Whole plant',
  },
  button: {
    saveHtml: 'Save for printing',
    saveCsv: 'Save table',
  },
  note: {
    span: (from: string, to: string, zone: string) => `${from} to ${to}, ${zone}`,
    made: (time: string) => `created ${time}`,
  },
} as const;
