/**
 * The account's devices: who they are, putting one out, and letting another one in.
 */

import { isJoined } from './app.js';
import { askToConfirm, copy, element, fillList, focusOn, onAct, say, setText } from './dom.js';
import { date, explain } from './words.js';

/** @typedef {import('../core/api.js').DeviceRow} DeviceRow */

const KINDS = { vscode: 'VS Code', web: 'Web browser', cli: 'Command line' };

/**
 * @param {import('./app.js').App} app
 * @returns {import('./app.js').View}
 */
export function createDevicesView(app) {
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let expiry;

	/** @param {DeviceRow} device */
	async function revoke(device) {
		const sure = await askToConfirm(`Remove this ${KINDS[device.kind]}?`,
			'It can no longer sync. What it counted stays in your account.', 'Remove it');
		if (!sure) {
			return;
		}
		try {
			await app.account.revoke(device.device_id);
			await app.reload();
			say('devices-message', 'The device is removed.');
		} catch (error) {
			say('devices-message', explain(error), { bad: true });
		}
		focusOn('devices-title');
	}

	/** @param {DeviceRow} device */
	const note = (device) => (
		`Joined on ${date(device.created_day)}, ${device.last_day ? `last practice on ${date(device.last_day)}` : 'nothing in the account yet'}`
	);

	onAct(element('invite'), 'devices-message', async () => {
		element('invited').hidden = true;
		const { code, url, expires_in_s: seconds } = await app.account.invite();
		setText('invite-code', code);
		setText('invite-address', new URL(url, location.href).href);
		setText('invite-until', `It works once, within the next ${Math.round(seconds / 60)} minutes.`);
		element('invited').hidden = false;
		clearTimeout(expiry);
		expiry = setTimeout(() => {
			element('invited').hidden = true;
			say('devices-message', 'The code has expired.');
		}, seconds * 1_000);
		focusOn('invited');
	});
	onAct(element('invite-copy'), 'devices-message', () => copy(element('invite-address').textContent ?? ''));

	return {
		show(state) {
			element('devices').hidden = !isJoined(state);
			if (!isJoined(state)) {
				element('invited').hidden = true;
			}
		},

		async load() {
			const devices = await app.account.devices();
			// This browser first, then the newest.
			devices.sort((a, b) => Number(b.this) - Number(a.this) || b.created_day.localeCompare(a.created_day));
			fillList('device-list', devices.map((device) => ({
				name: device.this ? 'This browser' : KINDS[device.kind],
				note: note(device),
				...!device.this && {
					act: 'Remove',
					label: `Remove ${KINDS[device.kind]}, joined on ${date(device.created_day)}`,
					onAct: () => void revoke(device),
				},
			})));
		},
	};
}
