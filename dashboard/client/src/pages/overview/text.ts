/** Texts of the plant overview. */
export const texts = {
  title: {
    areas: 'Areas',
    plant: 'Plant',
    openIncidents: 'Open incidents',
    keyTrend: 'Key trend',
    alarmLoad: 'Alarm load',
    alarmLoadDay: 'Alarm load, last day',
    trendDay: (description: string) => `${description}, last day`,
  },
  label: {
    maintenance: 'Maintenance',
    alarms: 'Alarms',
    anomalies: 'Anomalies',
    devicesUp: 'Devices answering',
    tagsWithoutData: 'Tags without data',
    loadBars: 'Alarms raised in each 10 min of the last day, with the flood limit of 10',
    openArea: (key: number) => `Open, key ${key}`,
    data: 'Data',
    indicators: 'Indicators: middle = normal band',
    trendOf: (description: string) => `${description} over the last day`,
  },
  note: {
    perTenMinutes: 'per 10 min',
    ofAll: (count: string, all: string) => `${count} of ${all}`,
    running: (count: number, all: number) => `${count} of ${all} running`,
    answering: (devices: string) => `${devices} answering`,
    openCount: (open: number, waiting: number) => `${open} open, ${waiting} unacknowledged`,
    alerts: (count: number) => `${count} alerts`,
    since: (moment: string) => `since ${moment}`,
  },
  sentence: {
    noAreas: 'No areas are configured. Add them under site.areas in the configuration file.',
    noIndicators: 'This area has no indicators. Name up to four tags under indicators of this area in the configuration file.',
    noKeyTrend: 'No key trend is configured. Name a tag under site.keyTrend in the configuration file.',
    noIncidents: 'No open incidents. An incident opens with the first alert.',
  },
} as const;
