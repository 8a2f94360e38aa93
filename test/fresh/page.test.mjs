/** The page of a service that runs already, in the machine's own browser: BREATH_URL says where. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectFigure, openBrowser, optIn, practise } from '../web/page/browser.mjs';

let browser;
const ends = [];
before(async () => {
	assert.ok(process.env.BREATH_URL);
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

test('somebody practises, syncs, and finds it again after a reload', async (t) => {
	const page = await browser.profile(t);
	await practise(page, 5);
	await expectFigure(page, 'XP', 18);
	await optIn(page);
	await page.reload();
	await expectFigure(page, 'XP', 18);
});
