#include "game/statements.h"

#include <stddef.h>

#include "game/account.h"
#include "game/check.h"
#include "game/claim.h"
#include "game/device.h"
#include "game/epoch.h"
#include "game/figures.h"
#include "game/fold.h"
#include "game/history.h"
#include "game/import.h"
#include "game/merge.h"
#include "game/pairing.h"
#include "game/progress.h"
#include "game/push.h"
#include "game/quota.h"

const struct statement_table *const game_statements[] = {&account_statements, &check_statements,
    &claim_statements, &device_statements, &epoch_statements, &figures_statements, &fold_statements,
    &history_statements, &import_statements, &merge_statements, &pairing_statements,
    &progress_statements, &push_statements, &quota_statements, NULL};
