/** Texts of the unit display. */
export const texts = {
  title: {
    areas: 'Areas',
    area: 'Area',
    alerts: 'Alerts of this unit',
    thisUnit: 'This unit',
    tags: 'Tags of this area',
  },
  column: {
    alert: 'Alert',
  },
  label: {
    display: 'Display',
    viewOnly: 'View only: scadawatch never writes to a device',
    trend: (tag: string, time: string) => `${tag} over the last ${time}`,
  },
  button: {
    allTags: 'All tags',
    drawing: 'Drawing',
  },
  key: {
    moveObjects: 'move between objects',
    neighbours: 'previous, next alarm',
    overview: 'overview',
  },
  note: {
    readEvery: (devices: string, time: string) => `${devices} · read every ${time}`,
    deviceDown: (device: string, state: string, time: string) => `${device} ${state} for ${time}`,
  },
  sentence: {
    unknownArea: (area: string) => `There is no area ${area}. Choose an area in the tabs above.`,
    noAlerts: 'No open alerts in this area.',
    noAnalogTags: 'This area has no analog tags to plot.',
    noResponse: 'An anomaly has no agreed response. Read its explanation first.',
  },
} as const;
