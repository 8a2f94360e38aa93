/**
 * The calls about the service as a whole, of nobody in particular.
 */

/**
 * @typedef {object} Measures what the service is to be judged by; null where nobody can say
 * @property {{probes: number, percent: number | null, target_percent: number}} uptime of the last 30 days
 * @property {{p50_ms: number | null, p95_ms: number | null, p99_ms: number | null, percent_in_target: number | null, target_ms: number}} latency
 *   of the 30 days before today
 * @property {{mb: number | null, target_mb: number}} memory now
 * @property {{offers: number | null, accounts: number | null, daily_minutes: number | null}} adoption of four closed weeks
 * @property {{ratings: number | null, average: number | null}} satisfaction of a year
 */

/** @typedef {{week: string, first_day: string, last_day: string, participation: 0 | 1 | 2 | 3 | null, minutes: number}} Week a band of participation */

/** @param {ReturnType<typeof import('./call.js').createCall>} call to `stats` */
export const createService = (call) => ({
	/** @type {() => Promise<Measures>} */
	measures: () => call('GET', '/service', {
		shape: { uptime: 'object', latency: 'object', memory: 'object', adoption: 'object', satisfaction: 'object' },
	}),

	/** @type {() => Promise<{closed: string | null, weeks: Week[]}>} what people practise together, by closed weeks */
	community: () => call('GET', '/community', { shape: { weeks: 'array' } }),
});
