import { expect, it } from 'vitest';
import { listenToCutText } from './cut-text.ts';

it('a cut text gets its full text as a title under the pointer and in a focused row, and loses it when it fits', () => {
  const stop = listenToCutText();
  document.body.innerHTML =
    '<table><tbody><tr tabindex="0"><td><span>River intake</span></td><td title="own">Long text</td></tr></tbody></table>';
  const [name, own] = [document.querySelector('span'), document.querySelector('td[title]')] as [HTMLElement, HTMLElement];
  for (const element of [name, own]) element.style.textOverflow = 'ellipsis';
  const width = (value: number): void => {
    for (const element of [name, own]) Object.defineProperty(element, 'scrollWidth', { value, configurable: true });
  };
  width(200);
  name.dispatchEvent(new Event('pointerover', { bubbles: true }));
  expect([name.title, own.title]).toEqual(['River intake', 'own']);
  width(0);
  name.dispatchEvent(new Event('pointerover', { bubbles: true }));
  expect(name.title).toBe('');
  width(200);
  document.querySelector('tr')?.dispatchEvent(new Event('focusin', { bubbles: true }));
  expect([name.title, own.title]).toEqual(['River intake', 'own']);
  stop();
  width(0);
  name.dispatchEvent(new Event('pointerover', { bubbles: true }));
  expect(name.title).toBe('River intake');
});
