/**
 * Planted bugs: what a client would do wrong if it left out one of its precautions. Whoever checks convergence must find each of
 * them, or does not check it.
 */

/** Rewrite a reply's document. */
const rewritten = async (reply, work) => {
	const text = await reply.text();
	const document = text && work(JSON.parse(text));
	return { ...reply, headers: reply.headers, text: async () => (document ? JSON.stringify(document) : text) };
};

/** Change what lies in a device's storage, behind its back. */
const tamper = (device, work) => {
	const { state } = device;
	if (state) {
		work(state);
		device.storage.text = JSON.stringify(state);
	}
};

export const SABOTAGES = {
	/** A fork is taken for a push that went through. */
	deafToForks: () => {
		let merged = null;
		return {
			reply: async (reply) => {
				const text = await reply.text();
				if (reply.status === 200 && text.includes('"server_day"')) {
					merged = text;
				}
				const forked = reply.status === 409 && text.includes('device_forked') && merged;
				return { ...reply, headers: reply.headers, status: forked ? 200 : reply.status, text: async () => (forked ? merged : text) };
			},
		};
	},

	/** A push is not kept until it is answered: the next try is another one. */
	newPushOnRetry: () => ({ after: (device) => tamper(device, (state) => {
		if ('device' in state.link) {
			state.link.pending = null;
		}
	}) }),

	/** A restored server goes unnoticed. */
	deafToEpochs: () => ({ reply: (reply) => rewritten(reply, (document) => (
		'epoch' in document ? { ...document, epoch: '0000000000000000' } : document
	)) }),

	/** What was counted while a push was under way is taken for acknowledged. */
	acknowledgesAll: () => ({ after: (device) => tamper(device, (state) => {
		Object.values(state.days).forEach((held) => {
			held.acknowledged = held.counted;
		});
	}) }),

	/** An answer is applied to whoever is there when it comes. */
	answersToAny: () => ({ late: (device, asked, reply) => tamper(device, (state) => {
		if (asked?.status === 'joined' && asked.device.token !== state.link.device?.token) {
			state.link = reply.status === 401 ? { status: 'refused', code: 'token_revoked' } : asked;
		}
	}) }),

	/** Windows write over each other. */
	noLock: () => ({ lock: (_name, work) => work() }),
};
