/**
 * The account's devices: who they are, putting one out, and letting another one in.
 */

import { ask } from '../app/dialog.js';
import { act, card, copy, focusOn, h, message, row, say, setText } from '../app/dom.js';
import { date, rich, t } from '../app/text.js';
import { explain } from '../app/trouble.js';

/** @typedef {import('../core/api.js').DeviceRow} DeviceRow */

/**
 * @param {import('../app/app.js').App} app
 * @returns {import('../app/app.js').View}
 */
export function createDevicesCard(app) {
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let expiry;

	const said = message();
	const list = h('ul', { class: 'list' });
	const add = h('button', { type: 'button', class: 'plain' }, t('devices.add'));
	const code = h('p', { class: 'big-code', translate: 'no' });
	const address = h('span', { class: 'address', translate: 'no' });
	const until = h('p', {});
	const copying = h('button', { type: 'button', class: 'plain' }, t('devices.copy'));
	const invited = h('div', { class: 'found', role: 'group', 'aria-label': t('devices.code'), hidden: true },
		h('p', {}, t('devices.enter')), code, h('p', {}, ...rich('devices.open', { address })), until, copying);
	const { element, heading } = card(t('devices.title'), {}, list, add, invited, said);

	/** @param {DeviceRow} device */
	async function revoke(device) {
		const sure = await ask({
			title: t('devices.remove_title'), content: [h('p', {}, t('devices.remove_about'))], yes: t('devices.remove_do'), danger: true,
		});
		if (!sure) {
			return;
		}
		try {
			await app.account.revoke(device.device_id);
			await app.reload();
			say(said, t('devices.removed'));
		} catch (error) {
			say(said, explain(error), { bad: true });
		}
		focusOn(heading);
	}

	/** @param {DeviceRow} device */
	function note({ created_day, last_day }) {
		const joined = date(created_day);
		return last_day ? t('devices.practised', { joined, last: date(last_day) }) : t('devices.unused', { joined });
	}

	act(add, said, async () => {
		invited.hidden = true;
		const pairing = await app.account.invite();
		setText(code, pairing.code);
		setText(address, new URL(pairing.url, location.href).href);
		setText(until, t('devices.until', { n: Math.round(pairing.expires_in_s / 60) }));
		invited.hidden = false;
		clearTimeout(expiry);
		expiry = setTimeout(() => {
			invited.hidden = true;
			say(said, t('devices.expired'));
		}, pairing.expires_in_s * 1_000);
		focusOn(invited);
	});
	act(copying, said, () => copy(address.textContent ?? ''));

	return {
		element,
		close: () => clearTimeout(expiry),

		async load() {
			const devices = await app.account.devices();
			// This browser first, then the newest.
			devices.sort((a, b) => Number(b.this) - Number(a.this) || b.created_day.localeCompare(a.created_day));
			list.replaceChildren(...devices.map((device) => row({
				name: t(device.this ? 'devices.this' : `devices.${device.kind}`),
				note: note(device),
				...!device.this && {
					act: t('devices.remove'),
					label: t('devices.remove_label', { kind: t(`devices.${device.kind}`), joined: date(device.created_day) }),
					onAct: () => void revoke(device),
				},
			})));
		},
	};
}
