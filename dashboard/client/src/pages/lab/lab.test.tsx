import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { siteTime, TestServer } from '../../testing/server.ts';

const toy = { type: 'toy', summary: 'A tank.' };
const plants = [toy, { type: 'mill', summary: 'A mill with a pond.' }, { type: 'kiln', summary: 'A kiln.' }];

async function labPage(listed: readonly object[]) {
  const server = new TestServer('instructor');
  const pace = { plantMs: siteTime, wallMs: siteTime, speed: 1 };
  const status = { plant: 'toy', seed: 1, pace, events: [], truth: {}, speeds: [{ speed: 1 }] };
  server.answer('GET /api/lab', { body: { status, scenarios: [], campaigns: [], plants: listed } });
  server.answer('POST /api/lab/plant', { body: {} });
  const page = await openPage(server, '#/lab', []);
  server.beat({ lab: { speed: 1, exercise: false } });
  await page.wait(0);
  return { server, page };
}

it('switches to the chosen plant, after saying what stays apart', async () => {
  const { server, page: opened } = await labPage(plants);
  using page = opened;
  page.find('button', 'Switch plant').click();
  await page.wait(0);
  const dialog = page.find('[role="dialog"], dialog');
  expect(dialog.textContent).toContain('A mill with a pond.');
  expect(dialog.textContent).toContain('Accounts are the same for all plants.');
  expect(dialog.textContent).not.toContain('A tank.');
  page.find('button', 'kiln').click();
  await page.wait(0);
  page.find('button', 'Switch to kiln').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/lab/plant')).toEqual([{ plant: 'kiln' }]);
});

it.each([[[]], [[toy]]])('offers no switch where there is no other plant: %j', async (listed) => {
  const { page: opened } = await labPage(listed);
  using page = opened;
  expect(page.text()).toContain('Reset plant');
  expect(page.text()).not.toContain('Switch plant');
});

it('selects the scenario of its address, and states that the running plant lacks it', async () => {
  const server = new TestServer('instructor');
  const pace = { plantMs: siteTime, wallMs: siteTime, speed: 1 };
  const scenario = (id: string) => ({
    id,
    plant: 'toy',
    kind: 'attack',
    title: id,
    description: `This is ${id}.`,
    techniques: [],
  });
  const rest = { physicalResult: '', difficulty: 1, durationS: 60, steps: [], truth: [] };
  const scenarios = ['drill', 'surge'].map((id) => ({ ...scenario(id), ...rest }));
  const status = { plant: 'toy', seed: 1, pace, events: [], truth: {}, speeds: [{ speed: 1 }] };
  server.answer('GET /api/lab', { body: { status, scenarios, campaigns: [], plants: [] } });
  using page = await openPage(server, '#/lab/run/surge', []);
  server.beat({ lab: { speed: 1, exercise: false } });
  await page.wait(0);
  expect(page.find('.pick-detail').textContent).toContain('This is surge.');
  page.find('.picks button', 'drill').click();
  await page.wait(0);
  expect(page.find('.pick-detail').textContent).toContain('This is drill.');
  location.hash = '#/lab/run/elsewhere';
  await page.wait(0);
  expect(page.text()).toContain('The running plant has no scenario elsewhere.');
});

it('shows if a scenario has achieved its physical effect', async () => {
  const server = new TestServer('instructor');
  const pace = { plantMs: siteTime, wallMs: siteTime, speed: 1 };
  const drill = { id: 'drill', plant: 'toy', kind: 'attack', title: 'Drill', description: '', techniques: [] };
  const scenario = { ...drill, physicalResult: '', difficulty: 1, durationS: 60, steps: [], truth: [] };
  const effects = [{ text: 'truth level above 3 within 60s' }, { text: 'truth flow is 0 within 60s', achieved: true }];
  const running = { scenario: 'drill', startedAt: siteTime, endsAt: siteTime + 60_000 };
  const status = { plant: 'toy', seed: 1, pace, events: [], truth: {}, speeds: [{ speed: 1 }], running, effects };
  server.answer('GET /api/lab', { body: { status, scenarios: [scenario], campaigns: [], plants: [] } });
  using page = await openPage(server, '#/lab', []);
  server.beat({ lab: { speed: 1, exercise: true } });
  await page.wait(0);
  expect(page.text()).toContain('Physical effectnot yet, 1 of 2 tests');
});

it.each([
  ['fault', 'process', 'Attack or fault'],
  ['fault', 'operator', 'Benign'],
  ['benign', 'process', 'Benign'],
])('shows a planned step in its lane: %s of the %s', async (kind, actor, lane) => {
  const server = new TestServer('instructor');
  const pace = { plantMs: siteTime, wallMs: siteTime, speed: 1 };
  const steps = [{ atS: 30, actor, text: 'line breaks', act: { type: 'plant', action: { type: 'act', name: 'line' } } }];
  const scenario = { id: 'drill', plant: 'toy', kind, title: 'Drill', description: '', techniques: [] };
  const rest = { physicalResult: '', difficulty: 1, durationS: 60, steps, truth: [] };
  const running = { scenario: 'drill', startedAt: siteTime, endsAt: siteTime + 60_000 };
  const status = { plant: 'toy', seed: 1, pace, events: [], truth: {}, speeds: [{ speed: 1 }], running };
  server.answer('GET /api/lab', { body: { status, scenarios: [{ ...scenario, ...rest }], campaigns: [], plants: [] } });
  using page = await openPage(server, '#/lab', []);
  server.beat({ lab: { speed: 1, exercise: true } });
  await page.wait(0);
  expect(page.find('.lane', lane).textContent).toContain('line breaks');
});

const exercise = {
  scenario: 'drill',
  startedAt: siteTime - 120_000,
  endsAt: siteTime + 60_000,
  isRunning: true,
  injects: [
    {
      time: siteTime - 60_000,
      afterMs: 60_000,
      text: 'writes 0.3 mg/L',
      isHostile: true,
      isPerformed: true,
      alert: {
        id: 'ALT-1',
        incident: 'INC-1',
        title: 'Unknown client',
        raisedAt: siteTime - 40_000,
        delayMs: 20_000,
        isAssetRight: true,
        isTechniqueRight: false,
      },
    },
    { time: siteTime + 30_000, afterMs: 150_000, text: 'writes 9', isHostile: true, isPerformed: false },
  ],
  steps: 2,
  meanDelayMs: 20_000,
  falseAlerts: 0,
  hints: [],
  notes: [],
  offered: ['Compare the flows.'],
};

it('shows the instructor injects beside detections, and gives a hint after a confirmation', async () => {
  const server = new TestServer('instructor');
  server.answer('GET /api/lab/exercise', { body: { exercise } });
  server.answer('POST /api/lab/hint', { body: { id: 'HINT-1' } });
  using page = await openPage(server, '#/lab/instructor', []);
  server.beat({ lab: { speed: 1, exercise: true } });
  await page.wait(0);
  expect(page.find('tr', 'writes 0.3 mg/L').textContent).toContain('Unknown client20 srightwrong');
  expect(page.find('tr', 'writes 9').textContent).toContain('planned');
  page.find('.offered button', 'Give hint').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/lab/hint')).toEqual([]);
  expect(page.find('.dialog').textContent).toContain('Each hint deducts 5 points');
  page.find('.dialog button', 'Give hint').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/lab/hint')).toEqual([{ text: 'Compare the flows.' }]);
});

it('shows a participant the hints on every page, and nothing of the lab', async () => {
  const server = new TestServer('operator');
  const hint = { id: 'HINT-1', time: siteTime, text: 'Compare the flows.' };
  server.answer('GET /api/lab/hints', { body: { hints: [hint] } });
  using page = await openPage(server, '#/lab/instructor', []);
  server.beat({ lab: { speed: 1, exercise: true, hint } });
  await page.wait(0);
  expect(page.find('.stripe', 'HINT-1').textContent).toContain('Compare the flows.');
  expect(page.find('main').textContent).toContain('Compare the flows.');
  expect(page.find('main').textContent).toContain('engineer, instructor or admin');
  expect(server.requests.map(({ route }) => route)).not.toContain('GET /api/lab/exercise');
  expect([...document.querySelectorAll('.tabs a')].map((tab) => tab.textContent)).toEqual(['Hints']);
});

it('shows what a campaign plays, which scenario runs and when the next one begins', async () => {
  const server = new TestServer('instructor');
  const pace = { plantMs: siteTime, wallMs: siteTime, speed: 1 };
  const parts = [
    { scenario: 'drill', afterS: 600 },
    { scenario: 'surge', afterS: 1800 },
  ];
  const campaigns = [{ id: 'shift', title: 'A shift', parts }];
  const idle = { plant: 'toy', seed: 1, pace, events: [], truth: {}, speeds: [{ speed: 1 }] };
  server.answer('GET /api/lab', { body: { status: idle, scenarios: [], campaigns, plants: [] } });
  server.answer('POST /api/lab/campaign', { body: {} });
  using page = await openPage(server, '#/lab', []);
  server.beat({ lab: { speed: 1, exercise: false } });
  await page.wait(0);
  expect(page.find('.campaign').textContent).toBe('1 drillafter 10 min2 surgeafter 30 min');
  page.find('button', 'Start campaign').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/lab/campaign')).toEqual([{ campaign: 'shift' }]);
  const campaign = { id: 'shift', title: 'A shift', startedAt: siteTime, begun: 1 };
  const running = { scenario: 'drill', startedAt: siteTime, endsAt: siteTime + 60_000 };
  server.say({ type: 'lab', status: { ...idle, campaign, running } });
  await page.wait(0);
  expect(page.find('.campaign').textContent).toBe('1 drillrunning2 surgeafter 30 min');
  server.say({ type: 'lab', status: { ...idle, campaign: { ...campaign, nextAt: siteTime + 1_800_000 } } });
  await page.wait(0);
  expect(page.find('.campaign').textContent).toContain('1 drillended2 surgenext, in 30 min');
  expect(page.text()).toContain('Stop campaign');
});
