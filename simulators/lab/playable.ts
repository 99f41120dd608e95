import { basename, dirname, extname, resolve } from 'node:path';
import { ScadaError } from '../../src/core/errors.ts';
import type { LabCampaign } from '../../src/core/lab.ts';
import type { Plant } from '../../src/core/plant.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { plantTypes } from '../plants/index.ts';
import { type Campaign, otherPlant, readCampaign } from '../scenario-kit/campaign.ts';
import { readScenarioFiles, scenarioFilesIn } from '../scenario-kit/read.ts';
import { scenarioOf, scenariosOf, shippedCampaigns, shippedIds } from '../scenarios/index.ts';
import type { SimulatorConfig } from './messages.ts';

/** What a lab can play on its plant: the shipped ones, then those of the user. */
export interface Playable {
  readonly scenarios: readonly Scenario[];
  readonly campaigns: readonly LabCampaign[];
}

interface CampaignFile {
  readonly file: string;
  readonly campaign: Campaign;
}

/** @throws ScadaError `config` with file and line if a file of the user cannot be used */
export function playable({ plant: type, scenariosIn }: Pick<SimulatorConfig, 'plant' | 'scenariosIn'>, plant: Plant): Playable {
  const files = scenariosIn === undefined ? [] : scenarioFilesIn(scenariosIn).map((file) => resolve(file));
  const own = files.flatMap(campaignIn);
  const isCampaign = new Set(own.map(({ file }) => file));
  const named = own.flatMap(({ file, campaign }) => campaign.parts.flatMap(({ scenario }) => ownFile(file, scenario)));
  const read = [...new Set([...files.filter((file) => !isCampaign.has(file)), ...named])];
  const scenarios = readScenarioFiles(read, { taken: shippedIds, plants: plantTypes(), against: { type, plant } });
  const byFile = new Map(read.map((file, i) => [file, scenarios[i]]));
  const campaigns = [...shippedCampaigns.flatMap(campaignIn), ...own]
    .map(({ file, campaign }) => resolved(file, campaign, byFile))
    .filter((campaign) => campaign.plant === type)
    .map(({ plant: _plant, ...campaign }) => campaign);
  return {
    scenarios: [...scenariosOf(type), ...scenarios.filter((scenario) => scenario.plant === type)],
    campaigns: withoutTwins(campaigns),
  };
}

function campaignIn(file: string): readonly CampaignFile[] {
  const campaign = readCampaign(file, plantTypes());
  return campaign === undefined ? [] : [{ file, campaign }];
}

/** File of a scenario that a campaign names; none for a shipped one. */
const ownFile = (campaign: string, scenario: string): readonly string[] =>
  shippedIds.includes(scenario) ? [] : [resolve(dirname(campaign), scenario)];

/** The campaign with the ids of its scenarios. */
function resolved(
  file: string,
  { title, plant, parts }: Campaign,
  byFile: ReadonlyMap<string, Scenario | undefined>,
): LabCampaign & { readonly plant: string } {
  const scenarios = parts.map(({ scenario: name, afterS }) => {
    const [own] = ownFile(file, name);
    const scenario = own === undefined ? scenarioOf(name) : byFile.get(own);
    if (scenario?.plant !== plant) throw otherPlant(file, scenario?.id ?? name, scenario?.plant ?? 'none');
    return { scenario: scenario.id, afterS };
  });
  return { id: basename(file, extname(file)), title, plant, parts: scenarios };
}

function withoutTwins(campaigns: readonly LabCampaign[]): readonly LabCampaign[] {
  const twin = campaigns.find(({ id }, i) => campaigns.findIndex((one) => one.id === id) < i);
  if (twin === undefined) return campaigns;
  throw new ScadaError('config', 'CONFIG_INVALID', `two campaigns have the name ${twin.id}`, {
    hint: 'The name of its file is that of a campaign: rename one of them.',
  });
}
