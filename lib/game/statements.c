#include "game/statements.h"

#include <stddef.h>

#include "game/account.h"
#include "game/activity.h"
#include "game/board_care.h"
#include "game/check.h"
#include "game/claim.h"
#include "game/closing.h"
#include "game/community.h"
#include "game/device.h"
#include "game/epoch.h"
#include "game/expiry.h"
#include "game/figures.h"
#include "game/fold.h"
#include "game/former.h"
#include "game/gone.h"
#include "game/history.h"
#include "game/import.h"
#include "game/instance.h"
#include "game/latency.h"
#include "game/member.h"
#include "game/merge.h"
#include "game/month.h"
#include "game/pairing.h"
#include "game/practice.h"
#include "game/progress.h"
#include "game/push.h"
#include "game/quota.h"
#include "game/ranking.h"
#include "game/rating.h"
#include "game/retry.h"
#include "game/satisfaction.h"
#include "game/score.h"
#include "game/share.h"
#include "game/standing.h"
#include "game/tally.h"
#include "game/uptime.h"
#include "game/veil.h"

const struct statement_table *const game_statements[] = {&account_statements, &activity_statements,
    &board_care_statements, &check_statements, &claim_statements, &closing_statements,
    &community_statements, &device_statements, &epoch_statements, &expiry_statements,
    &figures_statements, &fold_statements, &former_statements, &gone_statements,
    &history_statements, &import_statements, &instance_statements, &latency_statements,
    &member_statements, &merge_statements, &month_statements, &pairing_statements,
    &practice_statements, &progress_statements, &push_statements, &quota_statements,
    &ranking_statements, &rating_statements, &retry_statements, &satisfaction_statements,
    &score_statements, &share_statements, &standing_statements, &tally_statements,
    &uptime_statements, &veil_statements, NULL};
