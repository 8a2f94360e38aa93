/**
 * What a person may do with what is theirs: take it away, protect it, stop, erase.
 */

import { isJoined } from '../app/app.js';
import { ask, showRecoveryCode } from '../app/dialog.js';
import { act, card, download, focusOnTop, h, message } from '../app/dom.js';
import { t } from '../app/text.js';

/**
 * @param {import('../app/app.js').App} app
 * @returns {import('../app/app.js').View}
 */
export function createDataCard(app) {
	const said = message();

	/**
	 * @param {string} about
	 * @param {string} verb
	 * @param {() => Promise<string | void>} work
	 * @param {string} [kind]
	 */
	function item(about, verb, work, kind = 'plain') {
		const button = h('button', { type: 'button', class: kind }, verb);
		act(button, said, work);
		return h('li', {}, h('p', {}, about), button);
	}

	/** @param {() => Promise<void>} erase */
	async function eraseWith(erase) {
		await erase();
		// The record of a running session was erased too, so ending it counts nothing.
		await app.session.end();
		await app.settings.forget();
		await app.refresh();
		focusOnTop();
	}

	const ofAccount = h('ul', { class: 'acts' },
		item(t('data.download'), t('data.download_do'), async () => {
			download(`breath-master-${app.today()}.json`, JSON.stringify(await app.account.export(), null, '\t'));
			return t('data.downloaded');
		}),
		item(t('data.renew'), t('data.renew_do'), async () => {
			const { recovery_code: code } = await app.account.renewRecoveryCode();
			await showRecoveryCode(code);
			// The list of devices says of which day it is.
			void app.reload();
			return t('data.renewed');
		}),
		item(t('data.leave'), t('data.leave_do'), async () => {
			if (await ask({ title: t('data.leave_title'), content: [h('p', {}, t('data.leave_about'))], yes: t('data.leave_do') })) {
				await app.account.leave();
				await app.refresh();
				focusOnTop();
			}
		}),
		item(t('data.erase'), t('data.erase_do'), async () => {
			const sure = await ask({
				title: t('data.erase_title'), content: [h('p', {}, t('data.erase_about'))], yes: t('data.erase_do'), danger: true,
			});
			if (sure) {
				await eraseWith(app.account.erase);
			}
		}, 'danger'));
	const here = h('ul', { class: 'acts' }, item(t('data.here'), t('data.here_do'), async () => {
		if (await ask({ title: t('data.here_title'), content: [h('p', {}, t('data.here_about'))], yes: t('data.here_do'), danger: true })) {
			await eraseWith(app.account.eraseHere);
		}
	}, 'danger'));

	return {
		element: card(t('data.title'), {}, ofAccount, here, said).element,

		show(state) {
			ofAccount.hidden = !isJoined(state);
			here.hidden = isJoined(state);
		},
	};
}
