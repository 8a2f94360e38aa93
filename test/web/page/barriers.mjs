/**
 * What shuts people out, looked for: what does not fit a small screen or a thumb, cannot be read, or cannot be reached by keyboard.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** What is wider than the screen, or smaller than a thumb. */
export const misfits = (page) => page.evaluate(() => {
	const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1;
	const name = (element) => `${element.tagName.toLowerCase()}#${element.id}.${element.className}`;
	const wide = [...document.querySelectorAll('body *')].filter((element) => (
		seen(element) && element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5
	));
	const small = [...document.querySelectorAll('button, .button, nav a, input:not([type=checkbox], [type=radio]), label.toggle, .choice label, select, textarea, summary')].filter((element) => (
		seen(element) && element.getBoundingClientRect().height < 44
	));
	return {
		scrolls: document.documentElement.scrollWidth > document.documentElement.clientWidth, wide: wide.map(name), small: small.map(name),
	};
});

/** Contrast of text, by the formula of WCAG 2, against the nearest ground that is painted. */
export const faintTexts = (page) => page.evaluate(() => {
	const channels = (color) => color.match(/[\d.]+/g).map(Number);
	const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const ground = (element) => {
		for (let at = element; at; at = at.parentElement) {
			const color = channels(getComputedStyle(at).backgroundColor);
			if (color.length === 3 || color[3] === 1) {
				return color;
			}
		}
		return [255, 255, 255];
	};
	const faint = [];
	for (const element of document.querySelectorAll('body *')) {
		const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
		if (text && element.checkVisibility()) {
			const [one, two] = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))];
			const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
			if (ratio < 4.5) {
				faint.push(`${element.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
			}
		}
	}
	return faint;
});

/** Go on with Tab, or back with Shift, until a control of this name has the focus. */
export async function tabOn(page, name, { back = false } = {}) {
	if (back) {
		await page.keyboard.down('Shift');
	}
	for (let presses = 0; presses < 80; presses++) {
		await page.keyboard.press('Tab');
		const focused = await page.evaluate(() => {
			const { activeElement: element } = document;
			const label = element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent;
			return { label: label.trim(), visible: getComputedStyle(element).outlineStyle !== 'none' };
		});
		if (focused.label === name) {
			await page.keyboard.up('Shift');
			assert.ok(focused.visible, `one sees where the focus is, on ${name}`);
			return;
		}
	}
	assert.fail(`no way to ${name}`);
}

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** What axe finds that shuts people out, by the rules of WCAG 2.2 up to AA and what is good practice beside them. */
export async function barriers(page) {
	await page.evaluate(AXE);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
	}));
	return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}
