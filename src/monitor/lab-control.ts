import type { LabControl } from '../core/lab.ts';

/** The control of a lab with other acts in the place of some. */
export const labWith = (lab: LabControl, acts: Partial<Pick<LabControl, 'start' | 'stop' | 'reset'>>): LabControl => ({
  get scenarios() {
    return lab.scenarios;
  },
  get campaigns() {
    return lab.campaigns;
  },
  get campaignResults() {
    return lab.campaignResults;
  },
  get plants() {
    return lab.plants;
  },
  get instructor() {
    return lab.instructor;
  },
  status: () => lab.status(),
  lagMs: () => lab.lagMs(),
  onChange: (listener) => lab.onChange(listener),
  setSpeed: async (speed) => await lab.setSpeed(speed),
  start: async (scenario) => await lab.start(scenario),
  startCampaign: async (campaign) => await lab.startCampaign(campaign),
  stop: async () => await lab.stop(),
  reset: async () => await lab.reset(),
  ...acts,
});
