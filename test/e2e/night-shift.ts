import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { barriers } from './barriers.ts';
import { Keyboard } from './keyboard.ts';
import { filters, intruder, type NightPlant } from './night-plant.ts';

export interface Person {
  readonly name: string;
  readonly passphrase: string;
}

const slow = { timeout: 60_000, interval: 200 };

/** A night shift by keyboard alone. Everything that it asserts is text on the page. */
export class NightShift {
  readonly keyboard: Keyboard;
  readonly #page: Page;
  readonly #night: NightPlant;

  constructor(page: Page, night: NightPlant) {
    this.#page = page;
    this.#night = night;
    this.keyboard = new Keyboard(page);
  }

  /** Waits until a part of the page says all of this. */
  async #reads(part: string, ...said: readonly RegExp[]): Promise<void> {
    const read = async (): Promise<string> =>
      (await this.#page.locator(part).allInnerTexts()).join('\n').replaceAll(/[\t ]+/g, ' ');
    for (const words of said) await expect.poll(read, slow).toMatch(words);
  }

  /** Expects that a text is not cut, since only a mouse could show the rest. */
  async #isWhole(part: string): Promise<void> {
    const element = `document.querySelector('${part}')`;
    expect(await this.#page.evaluate<number>(`${element}.scrollHeight - ${element}.clientHeight`)).toBeLessThanOrEqual(1);
  }

  async signIn({ name, passphrase }: Person): Promise<void> {
    await this.#page.getByLabel('Name').first().waitFor();
    await this.keyboard.type(name);
    await this.keyboard.fill(/^Passphrase/, passphrase);
    await this.keyboard.press('Enter');
    await this.#reads('.vitals', /Live/, /Operator/);
  }

  async signOut(): Promise<void> {
    await this.keyboard.press('?');
    await this.#reads('.dialog', /Keys and settings/);
    await this.keyboard.use(/^Sign out/);
    await this.#reads('body', /Passphrase/);
  }

  /** Takes filter 12 out of service for two hours: a key opens the form, and a Tab reaches each field. */
  async maintain(): Promise<void> {
    const { keyboard } = this;
    const before = keyboard.tabs;
    await keyboard.press('g', 'm');
    await this.#reads('main', /Nothing is under maintenance/);
    await keyboard.fill(/^Part of the plant/, 'F12');
    await keyboard.fill(/^Duration/, '2 h');
    await keyboard.fill(/^Reason/, 'sand is changed');
    await keyboard.press('Enter');
    await this.#reads('.dialog', /Take F12, Filter 12 out of service/, /not annunciated for 2 h/);
    await keyboard.confirm(/^Take F12, Filter 12 out of service/);
    await this.#reads('main', /equipment F12/, /sand is changed/);
    expect(keyboard.tabs - before).toBeLessThanOrEqual(4);
    await this.#reads('.notices', /MAINTENANCE/, /F12 until/);
    await this.#free();
  }

  /** An intruder lowers the chlorine set-point: found in the banner, understood and acknowledged on the page of its incident. */
  async firstAttack(): Promise<void> {
    await this.#night.intrude('CL.SP', 0.3);
    await this.#reads('.banner', /Chlorine set-point low at 0\.30 mg\/L|writes CL\.SP/);
    await this.keyboard.press('b');
    await this.#reads(
      'main',
      new RegExp(`${intruder.replaceAll('.', '\\.')} writes CL\\.SP 1\\.00 → 0\\.30 mg/L`),
      /Since \d\d:\d\d:\d\d/,
      /within 10 min/,
      /call the security team/,
      /Chlorine set-point low at 0\.30 mg\/L/,
      /T0836|T1692/,
    );
    await this.#free();
    await this.keyboard.press('a');
    await this.#reads('.banner', /No new alarms/);
  }

  /** The reservoir rises: found in the list, understood beside it. */
  async highLevel(): Promise<void> {
    this.#night.plant.set('RES.LT', 9);
    await this.#reads('.banner', /Reservoir level high at 9\.00 m/);
    await this.keyboard.press('g', 'a');
    await this.#choose(/Reservoir level high/);
    await this.#reads('.detail', /Storage · RES · plc1/, /9\.00 m/, /8\.00 m/, /New/, /Close the inlet of the reservoir/);
    await this.keyboard.press('a');
    await this.#reads('.detail', /Acknowledged/);
    await this.#reads('.banner', /No new alarms/);
    await this.keyboard.press('Escape');
  }

  /** The remote unit dies. */
  async lostUnit(): Promise<void> {
    await this.#night.loseRemote();
    await this.#reads('.banner', /rtu2 does not answer/);
    await this.keyboard.press('b');
    await this.#reads(
      'main',
      /rtu2 has not answered for/,
      /Since \d\d:\d\d:\d\d/,
      /Call the electrician/,
      /Its part of the plant is not watched/,
    );
    await this.#free();
    await this.keyboard.press('a');
    await this.#reads('.banner', /No new alarms/);
    await this.keyboard.press('6');
    await this.#reads('.tabs [aria-current=page]', /Town/);
    await this.#reads('main', /T1\.LT/);
  }

  /** A sensor of the mixer is stuck high: shelved for four hours. */
  async shelve(): Promise<void> {
    const { keyboard } = this;
    this.#night.plant.set('MX.LT', 4.5);
    await this.#reads('.banner', /Mixer level high/);
    await keyboard.press('g', 'a');
    await this.#choose(/Mixer level high/);
    await this.#reads('.detail', /Mixing · MX · plc1/, /Stop the mixer feed/);
    await keyboard.press('a');
    await this.#reads('.detail', /Acknowledged/);
    await keyboard.press('s');
    await this.#reads('.dialog', /Mixer level high/);
    await keyboard.type('4 h');
    await keyboard.fill(/^Reason/, 'float is stuck');
    await this.#free();
    await keyboard.press('Enter');
    await this.#reads('.detail', /Shelved/, /float is stuck/);
    await this.#reads('.banner', /1\s*shelved/);
    await keyboard.press('Escape');
  }

  /** Turbidity of all filters rises: the list names the flood, its first alarm and the alarms by incident, of which each filter is one. */
  async flood(): Promise<void> {
    const { keyboard } = this;
    // an act of a client within a minute of another one belongs to the same incident
    await keyboard.press('g', 'i');
    await keyboard.use(/^INC-000001$/);
    await this.#reads('.incident-head', /\([1-9]\d? min/);
    await keyboard.press('g', 'a');
    for (const name of filters) this.#night.plant.set(`${name}.TU`, 3);
    await this.#reads(
      'main',
      /FLOOD since \d\d:\d\d:\d\d: \d+ alarms, first: .*127\.0\.0\.66/,
      /\d+ incidents of one alert each/,
      /Turbidity behind filter/,
    );
    await this.#reads('.banner', /1\s*out of service/);
  }

  /** The intruder stops a pump during the flood. Its alarms come before those of the flood, in an incident of its own. */
  async secondAttack(): Promise<void> {
    const { keyboard } = this;
    await this.#night.intrude('PS.CMD', 0);
    this.#night.plant.set('PS.FT', 0);
    await this.#reads('.banner', /PS\.CMD|Delivered flow low/);
    await this.#isWhole('.banner .what > :first-child');
    await keyboard.press('b');
    await this.#reads(
      'main',
      new RegExp(`Command stop to High-lift pumps by a write from ${intruder.replaceAll('.', '\\.')}`),
      /Delivered flow low at 0 L\/s/,
      /Since \d\d:\d\d:\d\d/,
      /Start one pump at the local panel/,
      /call the security team/,
    );
    await this.#free();
    await keyboard.press('a');
    await this.#reads('.banner', /Turbidity behind filter/);
  }

  /** Acknowledges the alarms of the flood as the list shows them. */
  async acknowledgeFlood(): Promise<void> {
    const { keyboard } = this;
    await keyboard.press('g', 'a');
    await this.#reads('main', /FLOOD/);
    await keyboard.use(/^Acknowledge visible/);
    await this.#reads('.banner', /No new alarms/);
  }

  /** Signs the handover of the shift. */
  async handOver(): Promise<void> {
    const { keyboard } = this;
    await keyboard.press('g', 's');
    await this.#reads(
      'main',
      /Handover of the shift/,
      /Chlorine set-point low/,
      /Mixer level high/,
      /float is stuck/,
      /sand is changed/,
    );
    await keyboard.fill(/^Note of the shift/, 'Two intrusions, security is on site');
    await keyboard.press('Enter');
    await this.#reads('main', /Two intrusions, security is on site/);
    await this.#free();
    await keyboard.use(/^Sign and hand over/);
    await this.#reads('.dialog', /You sign what this page shows/);
    await keyboard.confirm(/^Sign and hand over/);
    await this.#reads('main', /night \(operator\)/, /not taken over yet/);
  }

  /** The next shift reads what was signed, and takes over. */
  async takeOver(): Promise<void> {
    const { keyboard } = this;
    await keyboard.press('g', 's');
    await keyboard.use(/^Read/);
    await this.#reads(
      '.dialog',
      /Two intrusions, security is on site/,
      /Mixer level high/,
      /Reservoir level high/,
      /rtu2 does not answer/,
    );
    await this.#free();
    await keyboard.press('Escape');
    await keyboard.use(/^Take over/);
    await this.#reads('.dialog', /You take over from night/);
    await keyboard.confirm(/^Take over/);
    await this.#reads('main', /day \(operator\)/);
  }

  /** Moves down the list until the chosen alert has these words. */
  async #choose(words: RegExp): Promise<void> {
    await this.#reads('main', words);
    const rows = await this.#page.locator('tr[data-row]').count();
    for (let i = 0; i < rows; i++) {
      await this.keyboard.press('ArrowDown');
      if (words.test(await this.#page.locator('.detail h2').innerText())) return;
    }
    throw new Error(`no row ${words} by the arrow keys`);
  }

  async #free(): Promise<void> {
    expect(await barriers(this.#page)).toEqual([]);
  }
}
