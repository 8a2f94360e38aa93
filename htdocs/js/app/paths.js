/**
 * The companion's pages, by their paths from the site's own root. All have one document, which the web server and the service worker give
 * for each of them.
 */

export const PATHS = Object.freeze(/** @type {const} */ (['/', '/dashboard', '/breathe', '/boards', '/share', '/service', '/devices', '/settings']));
