import { ScadaError } from '../../../src/core/errors.ts';
import type { CampaignResult, CampaignStatus, InstructorEntry, LabControl, LabResult, LabStatus } from '../../../src/core/lab.ts';
import { plantStart } from './fake-values.ts';

/** Lab with one scenario that records its actions. */
export class FakeLab implements LabControl {
  readonly acts: string[] = [];
  speed = 1;
  running: string | undefined;
  effects: LabStatus['effects'];
  /** Result of the last scenario. */
  last: LabResult | undefined;
  readonly #listeners = new Set<() => void>();
  readonly plants = {
    all: [
      { type: 'toy', summary: 'A tank.' },
      { type: 'other', summary: 'Another tank.' },
    ],
    switchTo: (type: string): void => {
      if (type !== 'other') throw new ScadaError('config', 'LAB_REFUSED', `there is no plant ${type}`, { hint: 'choose other' });
      this.#did(`plant ${type}`);
    },
  };
  readonly campaigns = [{ id: 'shift', title: 'A shift', parts: [{ scenario: 'overfill', afterS: 60 }] }];
  campaign: CampaignStatus | undefined;
  campaignResults: readonly CampaignResult[] = [];
  readonly hints: InstructorEntry[] = [];
  readonly notes: InstructorEntry[] = [];
  readonly instructor = {
    hints: this.hints,
    notes: this.notes,
    hint: (text: string): InstructorEntry => {
      if (this.running === undefined)
        throw new ScadaError('config', 'LAB_REFUSED', 'no scenario is running', { hint: 'Start one.' });
      return entered(this.hints, 'HINT', text);
    },
    note: (text: string): InstructorEntry => entered(this.notes, 'NOTE', text),
  };
  readonly scenarios = [
    {
      id: 'overfill',
      plant: 'toy',
      kind: 'attack' as const,
      title: 'Overfill',
      description: 'The level is held.',
      techniques: ['T0832'],
      physicalResult: 'Overflow',
      difficulty: 1 as const,
      durationS: 600,
      steps: [],
      truth: [],
    },
  ];

  status(): LabStatus {
    return {
      plant: 'toy',
      seed: 7,
      pace: { plantMs: plantStart, wallMs: 0, speed: this.speed },
      events: [{ time: plantStart, lane: 'inject', text: 'secret inject' }],
      truth: { 'tank.level': 3.21 },
      speeds: [{ speed: 1 }, { speed: 10 }, { speed: 60, refused: 'This machine is busy.' }],
      ...(this.effects === undefined ? {} : { effects: this.effects }),
      ...(this.campaign === undefined ? {} : { campaign: this.campaign }),
      ...(this.last === undefined ? {} : { last: this.last }),
      ...(this.running === undefined
        ? {}
        : { running: { scenario: this.running, startedAt: plantStart, endsAt: plantStart + 1 } }),
    };
  }

  lagMs(): number {
    return 0;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async setSpeed(speed: number): Promise<void> {
    if (speed > 60) throw new ScadaError('fatal', 'LAB_REFUSED', `speed ${speed} is beyond 60`, { hint: 'Take 60 or less.' });
    this.speed = speed;
    this.#did(`speed ${speed}`);
  }

  async start(scenario: string): Promise<void> {
    this.running = scenario;
    this.#did(`start ${scenario}`);
  }

  async startCampaign(id: string): Promise<void> {
    this.campaign = { id, title: 'A shift', startedAt: plantStart, begun: 0, nextAt: plantStart + 60_000 };
    this.#did(`campaign ${id}`);
  }

  async stop(): Promise<void> {
    this.running = undefined;
    this.campaign = undefined;
    this.#did('stop');
  }

  async reset(): Promise<void> {
    this.#did('reset');
  }

  #did(act: string): void {
    this.acts.push(act);
    for (const listener of this.#listeners) listener();
  }
}

function entered(list: InstructorEntry[], kind: string, text: string): InstructorEntry {
  const entry = { id: `${kind}-${list.length + 1}`, time: plantStart, text };
  list.push(entry);
  return entry;
}
