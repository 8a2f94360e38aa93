/**
 * What several pages use and the shell loads anyway. Every page imports this, so that the build makes one file of it and not one for each
 * set of pages that shares something: a first visit is to be a few requests.
 */

import './dialog.js';
import './pending.js';
import '../core/breath.js';
import './app.js';
