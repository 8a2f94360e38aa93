/**
 * Breathing: what to breathe, the guide, and what was earned.
 */

import '../app/kit.js';
import { addressOf } from '../core/address.js';
import { PHASES } from '../core/breath.js';
import { goalBonus, sessionTotals } from '../core/progress.js';
import { viewOf } from '../core/state.js';
import { accompany } from '../app/accompany.js';
import { isJoined } from '../app/app.js';
import { act, field, h, message, select, setText, toggle } from '../app/dom.js';
import { createGuide } from '../app/guide.js';
import { isKept } from '../app/platform.js';
import { levelTitle, number, rich, t } from '../app/text.js';
import { Slip } from '../app/trouble.js';
import { createPatterns, inNumbers } from '../cards/patterns.js';
import { createPracticeCard } from '../cards/practice.js';

const GOALS = [0, 1, 2, 3, 5, 10, 15, 20, 30];

/** @param {number} seconds @returns {string} such as 4:05 */
function clock(seconds) {
	return `${number(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}

/** @type {import('../app/app.js').MakeView} */
export function createBreatheView(app, scope) {
	const { session, settings } = app;
	// Only this page begins one.
	accompany(session);
	const less = matchMedia('(prefers-reduced-motion: reduce)');
	const guide = createGuide(() => (settings.get().motion === 'auto' ? less.matches : settings.get().motion === 'less'));

	const said = message();
	const strip = h('ol', { class: 'phases' });
	const reading = h('p', { class: 'reading' });
	const start = h('button', { type: 'button', class: 'large' }, t('breathe.start'));
	const pause = h('button', { type: 'button', onclick: togglePause });
	const stop = h('button', { type: 'button', class: 'plain' }, t('breathe.end'));
	const keys = h('p', { class: 'keys' }, t('breathe.keys'));
	const stage = h('section', { class: 'stage', 'aria-label': t('breathe.guide') },
		guide.element, strip, reading, h('div', { class: 'row controls' }, start, pause, stop), keys, said);

	const earned = h('section', { class: 'earned', hidden: true });
	const patterns = createPatterns(app, show);
	const goal = select(GOALS.map((minutes) => [String(minutes), minutes === 0 ? t('breathe.no_goal') : t('count.minutes', { n: minutes })]),
		String(settings.get().goal), { onchange: () => settings.change({ goal: Number(goal.value) }) });
	/** As on screen, whatever is chosen in another tab meanwhile. */
	const chosen = { ...settings.get() };
	/** @param {'sound' | 'vibration' | 'quiet'} name */
	const choice = (name) => toggle(t(`breathe.${name}`), chosen[name], (checked) => {
		chosen[name] = checked;
		return settings.change({ [name]: checked });
	});
	const choices = h('div', { class: 'card options' },
		patterns.element,
		field(t('breathe.goal'), goal),
		h('div', { class: 'toggles' },
			choice('sound'),
			'vibrate' in navigator && choice('vibration'),
			choice('quiet')));
	const practice = createPracticeCard(app);
	const before = h('div', { class: 'columns' }, choices, practice.element);

	function togglePause() {
		if (session.now()?.status === 'running') {
			session.pause();
		} else {
			session.resume();
		}
	}

	/** @param {KeyboardEvent} event */
	function onKey(event) {
		const place = event.target instanceof Element ? event.target : document.body;
		if (!session.isOn() || place.closest('dialog')) {
			return;
		}
		if (event.key === ' ' && (stage.contains(place) || !place.closest('button, a, input, select, textarea'))) {
			// On the stage no control has the space bar for itself: it pauses, as the page says.
			event.preventDefault();
			if (event.type === 'keydown' && !event.repeat) {
				togglePause();
			}
		} else if (event.key === 'Escape' && event.type === 'keydown' && !event.repeat) {
			stop.click();
		}
	}

	/** @param {readonly number[]} phases @param {number} current */
	function showPhases(phases, current) {
		const shown = PHASES.flatMap((phase, index) => (phases[index] > 0 ? [{ phase, index }] : []));
		const key = `${phases} ${document.documentElement.lang}`;
		if (strip.dataset.phases !== key) {
			strip.dataset.phases = key;
			strip.replaceChildren(...shown.map(({ phase, index }) => h('li', {}, `${t(`breathe.${phase}`)} `, h('b', {}, number(phases[index])))));
		}
		shown.forEach(({ index }, at) => strip.children[at].toggleAttribute('data-on', index === current));
	}

	async function showEarned() {
		const result = session.takeResult();
		if (!result) {
			return;
		}
		// No update takes the page away while this is on its way.
		earned.dataset.busy = '';
		const { totals, activeMs, cycles, goalMinutes } = result;
		const { level, streak } = viewOf(await app.sync.read(), app.today());
		const heading = h('h2', { tabindex: -1 }, t('earned.title', { xp: t('count.xp', { n: totals.xp }) }));
		const whole = sessionTotals(result);
		const bonus = goalBonus(goalMinutes, activeMs);
		const lines = [
			t('earned.breathed', { time: clock(Math.floor(activeMs / 1_000)), breaths: t('count.breaths', { n: cycles }) }),
			bonus > 0 && t('earned.goal', { n: bonus, minutes: t('count.minutes', { n: goalMinutes }) }),
			whole.xp - bonus < cycles && t('earned.fast'),
			totals.xp < whole.xp && t('practice.full'),
			t('dashboard.level', { level: level.level, title: levelTitle(level.level) }),
			settings.get().streaks && t('earned.streak', { n: streak.current }),
		];
		earned.replaceChildren(heading, ...lines.flatMap((line) => (line ? [h('p', {}, line)] : [])),
			h('p', {}, h('a', { href: addressOf('/dashboard') }, t('earned.more'))));
		earned.hidden = false;
		delete earned.dataset.busy;
		heading.focus();
		await askToKeep();
	}

	/** Now that there is something to keep, the browser is asked to; where it may not, the person is told, once. */
	async function askToKeep() {
		const { kept } = settings.get();
		if (kept === 'told') {
			return;
		}
		if (await isKept(kept === null) || isJoined(await app.sync.read())) {
			await settings.change({ kept: 'asked' });
			return;
		}
		const sync = h('a', { href: addressOf('/devices') }, t('earned.sync'));
		earned.append(h('p', { class: 'faint' }, ...rich('earned.evict', { sync })));
		await settings.change({ kept: 'told' });
	}

	function show() {
		const now = session.now();
		const on = session.isOn();
		guide.show(now);
		document.documentElement.toggleAttribute('data-quiet', Boolean(now?.plan.quiet) && now?.status !== 'paused');
		before.hidden = on;
		start.hidden = on;
		pause.hidden = !on;
		pause.setAttribute('aria-disabled', String(now?.status !== 'running' && now?.status !== 'paused'));
		stop.hidden = !on;
		keys.hidden = !on;
		setText(pause, t(now?.status === 'paused' ? 'breathe.resume' : 'breathe.pause'));
		showPhases(now?.plan.phases ?? patterns.chosen().phases, now?.status === 'running' ? now.moment.index : -1);
		if (now && now.status !== 'beginning') {
			const { goalMinutes } = now.plan;
			const breaths = t('count.breaths', { n: now.moment.cycles });
			setText(reading, goalMinutes > 0 && now.elapsedMs < goalMinutes * 60_000
				? t('breathe.left', { time: clock(goalMinutes * 60 - Math.floor(now.elapsedMs / 1_000)), breaths })
				: t('breathe.so_far', { time: clock(Math.floor(now.elapsedMs / 1_000)), breaths }));
		} else {
			setText(reading, t('breathe.chosen', { name: patterns.chosen().name, phases: inNumbers(patterns.chosen().phases) }));
			void showEarned();
		}
	}

	act(start, said, async () => {
		earned.hidden = true;
		const { quiet } = chosen;
		const begun = session.begin({
			phases: patterns.chosen().phases, goalMinutes: Number(goal.value),
			sound: chosen.sound && !quiet, vibration: chosen.vibration && !quiet, quiet,
		});
		pause.focus();
		if (!await begun) {
			throw new Slip(t('breathe.elsewhere'));
		}
	});
	act(stop, said, () => session.end());

	const stopListening = session.onChange(show);
	document.addEventListener('keydown', onKey, { signal: scope });
	// Where a button is pressed when the key is let go.
	document.addEventListener('keyup', onKey, { signal: scope });
	scope.addEventListener('abort', () => {
		stopListening();
		document.documentElement.removeAttribute('data-quiet');
		guide.stop();
		session.pause();
	});
	show();

	return {
		element: h('div', { class: 'stack breathe' },
			h('h1', {}, t('nav.breathe')),
			stage, earned, before),
	};
}
