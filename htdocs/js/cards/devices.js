/**
 * The account's devices: who they are, putting one out, and letting another one in.
 */

import { addressOf, connectAddress } from '../core/address.js';
import { isJoined } from '../app/app.js';
import { ask, showRecoveryCode } from '../app/dialog.js';
import { act, card, copy, focusOn, h, message, row, say, setText, toggle } from '../app/dom.js';
import { after, every, reply, scopeWithin } from '../app/scope.js';
import { date, rich, t } from '../app/text.js';
import { explain } from '../app/trouble.js';

/** @typedef {import('../core/api.js').DeviceRow} DeviceRow */
/** @typedef {import('../app/app.js').App} App */

/** How often is looked whether the device that a code was made for has come. */
const LOOK_EVERY_MS = 5_000;

/** What is known of devices where nobody was asked, or nobody answered. */
const NONE = { devices: /** @type {DeviceRow[]} */ ([]) };

/** What an address asks for that another device showed: a code to be made here. The person makes it. */
const WANTS_CODE = '#add';

/**
 * A code for another device, while it is good.
 *
 * @param {App} app
 * @param {AbortSignal} scope
 * @param {(text: string) => void} onEnd it is over, and why
 */
function createInvitation(app, scope, onEnd) {
	const code = h('p', { class: 'big-code', translate: 'no' });
	const address = h('span', { class: 'address', translate: 'no' });
	const picture = h('div', { class: 'scan' });
	const until = h('p', { class: 'faint' });
	const said = message();
	const copying = h('button', { type: 'button', class: 'plain' }, t('devices.copy'));
	const editor = h('a', { class: 'button' }, t('devices.editor_open'));
	const element = h('div', { class: 'found', role: 'group', 'aria-label': t('devices.code'), hidden: true },
		h('p', {}, t('devices.enter')), code, picture, h('p', {}, ...rich('devices.open', { address })), until,
		h('p', { class: 'row' }, editor, copying), said);
	act(copying, said, () => copy(address.textContent ?? ''));

	/** The scope of the code that is on screen, or asked for. */
	let current = new AbortController();

	function close() {
		current.abort();
		element.hidden = true;
	}

	/** @param {string} why */
	function end(why) {
		close();
		onEnd(why);
	}

	/** @param {AbortSignal} own @param {Set<string>} known */
	async function look(own, known) {
		const { devices } = document.hidden ? NONE : await app.account.devices().catch(() => NONE);
		if (!own.aborted && devices.some(({ device_id }) => !known.has(device_id))) {
			end(t('devices.arrived'));
			await app.schedule.now();
		}
	}

	return {
		element, editor, close,

		/** @returns {Promise<boolean>} whether there is a code; false where this was left before it came */
		async open() {
			close();
			current = scopeWithin(scope);
			const { signal: own } = current;
			const { devices } = await app.account.devices();
			const pairing = own.aborted ? null : await app.account.invite();
			const { qr } = await import('../app/qr.js');
			if (own.aborted || !pairing) {
				return false;
			}
			// The other device is to show the sum at once. A person asked for this, so the moment says nothing.
			void app.schedule.now();
			const href = addressOf(pairing.url, location.origin);
			setText(code, pairing.code);
			setText(address, href);
			picture.replaceChildren(qr(href, t('devices.qr')));
			setText(until, t('devices.until', { n: Math.round(pairing.expires_in_s / 60) }));
			editor.href = connectAddress({ server: location.origin, code: pairing.code });
			element.hidden = false;
			const known = new Set(devices.map(({ device_id }) => device_id));
			after(own, () => end(t('devices.expired')), pairing.expires_in_s * 1_000);
			every(own, () => void look(own, known), LOOK_EVERY_MS);
			focusOn(element);
			return true;
		},
	};
}

/** @type {import('../app/app.js').MakeView} */
export function createDevicesCard(app, scope) {
	const said = message();
	const list = h('ul', { class: 'list' });
	const recovery = h('p', { class: 'faint' });
	const add = h('button', { type: 'button', class: 'plain' }, t('devices.add'));
	const connect = h('button', { type: 'button', class: 'plain' }, t('devices.editor'));
	const invitation = createInvitation(app, scope, (why) => say(said, why));
	const { element, heading } = card(t('devices.title'), {}, list, recovery, h('p', { class: 'row' }, add, connect), invitation.element, said);

	/** @param {DeviceRow} device */
	async function revoke(device) {
		// Whoever has the device may have seen the recovery code, or made a new one: with it they would come back.
		let renews = true;
		const sure = await ask({
			title: t('devices.remove_title'),
			content: [
				h('p', {}, t('devices.remove_about')),
				toggle(t('devices.renew'), renews, (checked) => {
					renews = checked;
				}),
			],
			yes: t('devices.remove_do'), danger: true,
		});
		if (!sure) {
			return;
		}
		try {
			await app.account.revoke(device.device_id);
			say(said, t('devices.removed'));
			if (renews) {
				await renew();
			}
			await app.reload();
		} catch (error) {
			say(said, explain(error), { bad: true });
		}
		focusOn(heading);
	}

	async function renew() {
		/** @type {string} */
		let code;
		try {
			({ recovery_code: code } = await app.account.renewRecoveryCode());
		} catch {
			// Whether there is a new one is not known where the answer was lost, and what to do is the same.
			say(said, t('devices.not_renewed'), { bad: true });
			return;
		}
		await showRecoveryCode(code);
	}

	/** @param {DeviceRow} device */
	function note({ created_day, last_day }) {
		const joined = date(created_day);
		return last_day ? t('devices.practised', { joined, last: date(last_day) }) : t('devices.unused', { joined });
	}

	act(add, said, async () => void await invitation.open());
	act(connect, said, async () => {
		if (await invitation.open()) {
			invitation.editor.click();
			return t('devices.editor_asked');
		}
		return '';
	});

	const isWanted = location.hash === WANTS_CODE;
	if (isWanted) {
		history.replaceState(null, '', location.pathname);
		say(said, t('devices.wanted'));
	}

	return {
		element,

		ready() {
			if (isWanted) {
				add.focus();
			}
		},

		show(state) {
			if (!isJoined(state)) {
				invitation.close();
				list.replaceChildren();
				setText(recovery, '');
			}
		},

		async load(_, run) {
			const { devices, recovery_code_day: day } = await reply(run, app.account.devices());
			setText(recovery, day ? t('devices.code_day', { day: date(day) }) : '');
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
