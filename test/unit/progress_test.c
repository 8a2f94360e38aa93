/*
 * The law of the product, held against a model that is too simple to be wrong: whatever devices,
 * imports, merges, folding and repeats do, and in whatever order, sums and streaks are those of a
 * plain table of the largest values.
 */
#include "game/progress.h"

#include <stdlib.h>

#include "check.h"
#include "core/clock.h"
#include "game/check.h"
#include "game/device.h"
#include "game/fold.h"
#include "game/import.h"
#include "game/merge.h"
#include "game/push.h"
#include "game/quota.h"
#include "game/state.h"
#include "temp_store.h"

enum {
	RUNS = 120,
	STEPS = 60,
	ACCOUNTS = 2,
	DEVICES = 6, /* of both accounts together */
	IMPORTS = 2, /* the last of the devices */
	DAYS =
	    500, /* the calendar of a run ends today; its first 70 days are folded when they come */
	MONTHS = DAYS / 28 + 2,
	MAX_ROWS = 20000,
	CLUSTER = 30, /* practice falls into a few short stretches, so that streaks arise */
};

struct model_device {
	int account;
	int64_t id;
	uint8_t source[SOURCE_B]; /* of an import */
	bool is_import, present;
	struct totals days[DAYS], months[MONTHS], rest; /* a day is one, or a part of its month */
	bool folded[DAYS];
	day_t horizon;
	struct claim claim;
	uint8_t last_push[PUSH_ID_B];
	bool has_pushed;
};

struct model {
	unsigned seed;
	bool merged;
	bool united; /* two imports became one */
	struct account accounts[ACCOUNTS];
	struct model_device devices[DEVICES];
};

static struct temp_store temp;
static struct model model;

static int below(int bound)
{
	return rand_r(&model.seed) % bound;
}

static day_t first_day(void)
{
	return clock_today() - DAYS + 1;
}

/* ----- the model's answers ----- */

static bool speaks_for(const struct claim *claim, day_t day)
{
	return claim->last_day != DAY_NONE && day >= claim->last_day - claim->days &&
	    day <= claim->last_day + 1;
}

static bool model_active(int account, day_t day)
{
	for (int i = 0; i < DEVICES; i++) {
		const struct model_device *device = &model.devices[i];
		const struct claim *claim = &device->claim;
		int k = day - first_day();

		if (device->account != account || !device->present)
			continue;
		if (claim->last_day != DAY_NONE && day <= claim->last_day &&
		    day > claim->last_day - claim->days)
			return true;
		if (k >= 0 && k < DAYS && (totals_any(&device->days[k]) || device->folded[k]) &&
		    !speaks_for(claim, day))
			return true;
	}
	return false;
}

static struct totals model_sum(int account)
{
	struct totals sum = {0};

	for (int i = 0; i < DEVICES; i++) {
		const struct model_device *device = &model.devices[i];

		if (device->account != account || !device->present)
			continue;
		totals_add(&sum, &device->rest);
		for (int k = 0; k < DAYS; k++)
			totals_add(&sum, &device->days[k]);
		for (int m = 0; m < MONTHS; m++)
			totals_add(&sum, &device->months[m]);
	}
	return sum;
}

static int32_t model_longest(int account)
{
	int32_t run = 0, longest = 0;

	for (day_t day = first_day() - 2 * DAYS; day <= clock_today() + 1; day++) {
		run = model_active(account, day) ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (int i = 0; i < DEVICES; i++)
		if (model.devices[i].account == account && model.devices[i].present &&
		    model.devices[i].claim.longest > longest)
			longest = model.devices[i].claim.longest;
	return longest;
}

static int32_t model_current(int account, day_t today)
{
	day_t last = model_active(account, today) ? today : today - 1, day = last;

	while (model_active(account, day))
		day--;
	return last - day;
}

/* ----- the store against the model ----- */

struct look {
	int account;
	day_t today;
	struct state state;
};

static enum problem look_at(struct db *db, void *argument)
{
	struct look *look = argument;
	struct account account;
	enum problem problem = account_load(db, model.accounts[look->account].id, &account);

	return problem == PROBLEM_NONE ? state_of(db, &account, look->today, &look->state)
				       : problem;
}

static bool agrees(int account)
{
	struct look look = {.account = account, .today = clock_today() - 1 + below(3)};
	struct totals sum = model_sum(account);

	if (!CHECK_INT_EQ(store_read(temp.store, look_at, &look), PROBLEM_NONE))
		return false;
	return CHECK_INT_EQ(look.state.account.totals.xp, sum.xp) &
	    CHECK(totals_equal(&look.state.account.totals, &sum)) &
	    CHECK_INT_EQ(look.state.account.streak.longest, model_longest(account)) &
	    CHECK_INT_EQ(look.state.current_streak, model_current(account, look.today)) &
	    CHECK_INT_EQ(look.state.active_today, model_active(account, look.today));
}

static void print_finding(const char *finding)
{
	CHECK(!"a finding");
	printf("# %s\n", finding);
}

static enum problem check_all(struct db *db, void *argument)
{
	return check_progress(db, print_finding, argument);
}

/* ----- steps ----- */

static enum problem begin(struct db *db, void *argument)
{
	char code[RECOVERY_TEXT_B];

	(void)argument;
	for (int i = 0; i < ACCOUNTS; i++)
		temp_store_must(
		    account_open(db, 1000000, QUOTA_SLOT_NONE, &model.accounts[i], code),
		    "account");
	for (int i = 0; i < DEVICES; i++) {
		struct model_device *device = &model.devices[i];
		struct device_made made;

		*device = (struct model_device){.account = below(ACCOUNTS),
		    .is_import = i >= DEVICES - IMPORTS,
		    .horizon = DAY_NONE,
		    .claim.last_day = DAY_NONE};
		device->present = !device->is_import;
		secret_random(device->source, sizeof(device->source));
		if (device->is_import) {
			/* Half of the time both accounts import the same installation. */
			if (i == DEVICES - 1 && below(2) == 0) {
				device->account = 1 - device[-1].account;
				memcpy(device->source, device[-1].source, SOURCE_B);
			}
			continue;
		}
		temp_store_must(
		    device_add(db, model.accounts[device->account].id, DEVICE_WEB, 99, &made),
		    "device");
		device->id = made.id;
	}
	return PROBLEM_NONE;
}

static struct day_totals draw_day(int cluster)
{
	struct day_totals day = {.day = first_day() + cluster + below(CLUSTER)};

	day.totals = (struct totals){below(300), below(60), below(5), below(200)};
	return day;
}

static size_t draw_days(struct day_totals days[CLUSTER])
{
	int cluster = below(8) * (DAYS - CLUSTER) / 7; /* the last one ends today */
	size_t count = 0, wanted = (size_t)below(CLUSTER / 2);

	while (count < wanted) {
		struct day_totals day = draw_day(cluster);
		bool twice = false;

		for (size_t i = 0; i < count; i++)
			twice |= days[i].day == day.day;
		if (!twice)
			days[count++] = day;
		else
			wanted--;
	}
	return count;
}

static struct totals *month_of(struct model_device *device, int k)
{
	return &device->months[day_month(first_day() + k) - day_month(first_day())];
}

static void model_fold_day(struct model_device *device, int k, const struct totals *totals)
{
	device->folded[k] = true;
	totals_add(month_of(device, k), totals);
	if (first_day() + k > device->horizon)
		device->horizon = first_day() + k;
}

static void model_fold(int account, day_t before)
{
	for (int i = 0; i < DEVICES; i++)
		for (int k = 0; k < DAYS && first_day() + k < before; k++) {
			struct model_device *device = &model.devices[i];
			const struct totals day = device->days[k];

			if (device->account != account || !totals_any(&day))
				continue;
			device->days[k] = (struct totals){0};
			model_fold_day(device, k, &day);
		}
}

static void model_merge_days(
    struct model_device *device, const struct day_totals *days, size_t count)
{
	day_t before = clock_today() - FOLD_AFTER_DAYS;

	for (size_t i = 0; i < count; i++)
		if (days[i].day < before)
			model_fold(device->account, before);
	if (before <= device->horizon)
		before = device->horizon + 1;
	for (size_t i = 0; i < count; i++) {
		int k = days[i].day - first_day();

		if (days[i].day >= before)
			totals_raise(&device->days[k], &days[i].totals);
		else if (totals_any(&days[i].totals) && !device->folded[k])
			model_fold_day(device, k, &days[i].totals);
	}
}

static enum problem push_step(struct db *db, void *argument)
{
	struct model_device *device = argument;
	struct caller caller = {
	    .account = model.accounts[device->account].id, .device = device->id};
	struct day_totals days[CLUSTER];
	uint8_t id[PUSH_ID_B];
	struct push push = {.id = id,
	    .after = device->has_pushed ? device->last_push : NULL,
	    .days = days,
	    .max_rows = MAX_ROWS};
	struct account account;
	bool received;
	enum problem problem;

	push.day_count = draw_days(days);
	secret_random(id, sizeof(id));
	problem = push_take(db, &caller, &push, &account, &received);
	if (problem != PROBLEM_NONE)
		return problem;
	model_merge_days(device, days, push.day_count);
	memcpy(device->last_push, id, sizeof(id));
	device->has_pushed = true;
	/* Each push comes twice: the second is a retry whose days no longer count. */
	days[0] = draw_day(0);
	push.day_count = 1;
	return push_take(db, &caller, &push, &account, &received);
}

static enum problem import_step(struct db *db, void *argument)
{
	struct model_device *device = argument;
	struct day_totals days[CLUSTER];
	struct totals rest = {below(500), below(60), below(5), below(200)};
	struct claim claim = {1 + below(40), clock_today() - below(4), 1 + below(20)};
	struct import_growth growth = {.days = days,
	    .day_count = draw_days(days),
	    .rest = below(2) == 0 ? &rest : NULL,
	    .claim = below(3) == 0 ? &claim : NULL,
	    .max_imports = 99,
	    .max_rows = MAX_ROWS};
	struct account account;
	enum problem problem = account_load(db, model.accounts[device->account].id, &account);

	memcpy(growth.source, device->source, SOURCE_B);
	if (problem == PROBLEM_NONE)
		problem = import_grow(db, &account, &growth);
	if (problem != PROBLEM_NONE)
		return problem;
	device->present = true;
	model_merge_days(device, days, growth.day_count);
	if (growth.rest != NULL)
		totals_raise(&device->rest, &rest);
	if (growth.claim == NULL)
		return PROBLEM_NONE;
	if (device->claim.last_day == DAY_NONE || claim.last_day > device->claim.last_day ||
	    (claim.last_day == device->claim.last_day && claim.days > device->claim.days)) {
		device->claim.days = claim.days;
		device->claim.last_day = claim.last_day;
	}
	if (claim.longest > device->claim.longest)
		device->claim.longest = claim.longest;
	return PROBLEM_NONE;
}

static void model_remove(struct model_device *device)
{
	memset(device->days, 0, sizeof(device->days));
	memset(device->months, 0, sizeof(device->months));
	memset(device->folded, 0, sizeof(device->folded));
	device->rest = (struct totals){0};
	device->claim = (struct claim){.last_day = DAY_NONE};
	device->horizon = DAY_NONE;
	device->present = false;
	/* Should it come again it is another installation's. */
	secret_random(device->source, sizeof(device->source));
}

static enum problem remove_step(struct db *db, void *argument)
{
	struct model_device *device = argument;
	struct account account;
	enum problem problem = account_load(db, model.accounts[device->account].id, &account);

	if (problem == PROBLEM_NONE)
		problem = import_remove(db, &account, device->source);
	CHECK_INT_EQ(problem, device->present ? PROBLEM_NONE : PROBLEM_UNKNOWN_IMPORT);
	model_remove(device);
	return PROBLEM_NONE;
}

static enum problem fold_step(struct db *db, void *argument)
{
	day_t before = clock_today() - below(DAYS);

	(void)argument;
	for (int i = 0; i < ACCOUNTS; i++) {
		int64_t folded;

		temp_store_must(fold_account(db, model.accounts[i].id, before, &folded), "fold");
		model_fold(i, before);
	}
	return PROBLEM_NONE;
}

/* One installation was imported into both accounts: it counts once, by the maximum. */
static void model_unite_imports(void)
{
	struct model_device *ours = &model.devices[DEVICES - 2], *theirs = ours + 1;
	day_t before = clock_today() - FOLD_AFTER_DAYS;

	if (ours->account == 1) {
		ours = theirs;
		theirs = ours - 1;
	}
	if (!ours->present || !theirs->present || ours->account == theirs->account ||
	    memcmp(ours->source, theirs->source, SOURCE_B) != 0)
		return;
	if (ours->horizon >= before)
		before = ours->horizon + 1;
	if (theirs->horizon >= before)
		before = theirs->horizon + 1;
	for (int i = 0; i < ACCOUNTS; i++)
		model_fold(i, before);
	for (int k = 0; k < DAYS; k++) {
		totals_raise(&ours->days[k], &theirs->days[k]);
		ours->folded[k] |= theirs->folded[k];
	}
	for (int m = 0; m < MONTHS; m++)
		totals_raise(&ours->months[m], &theirs->months[m]);
	totals_raise(&ours->rest, &theirs->rest);
	claim_merge(&ours->claim, &theirs->claim);
	if (theirs->horizon > ours->horizon)
		ours->horizon = theirs->horizon;
	model_remove(theirs);
	model.united = true;
}

static enum problem merge_step(struct db *db, void *argument)
{
	struct account from, into;

	(void)argument;
	model_unite_imports();
	/* From now on one source would be one import; what has not been imported yet is another one. */
	for (int i = DEVICES - IMPORTS; i < DEVICES; i++)
		if (!model.devices[i].present)
			secret_random(model.devices[i].source, SOURCE_B);
	temp_store_must(account_load(db, model.accounts[1].id, &from), "from");
	temp_store_must(account_load(db, model.accounts[0].id, &into), "into");
	temp_store_must(merge_accounts(db, &from, &into), "merge");
	CHECK_INT_EQ(account_load(db, from.id, &from), PROBLEM_TOKEN_UNKNOWN);
	for (int i = 0; i < DEVICES; i++)
		model.devices[i].account = 0;
	model.accounts[1] = model.accounts[0];
	model.merged = true;
	return PROBLEM_NONE;
}

static void step(void)
{
	struct model_device *client = &model.devices[below(DEVICES - IMPORTS)];
	struct model_device *import = &model.devices[DEVICES - 1 - below(IMPORTS)];
	int dice = below(100);
	enum problem problem = PROBLEM_NONE;

	if (dice < 60)
		problem = store_write(temp.store, push_step, client);
	else if (dice < 80)
		problem = store_write(temp.store, import_step, import);
	else if (dice < 85)
		problem = store_write(temp.store, remove_step, import);
	else if (dice < 95)
		problem = store_write(temp.store, fold_step, NULL);
	else if (!model.merged)
		problem = store_write(temp.store, merge_step, NULL);
	CHECK_INT_EQ(problem, PROBLEM_NONE);
}

static void sums_and_streaks_are_those_of_the_model(void)
{
	int64_t accounts;
	int united = 0;

	for (unsigned run = 1; run <= RUNS; run++) {
		model = (struct model){.seed = run};
		REQUIRE(store_write(temp.store, begin, NULL) == PROBLEM_NONE);
		for (int i = 0; i < STEPS; i++) {
			step();
			if (!agrees(0) || (!model.merged && !agrees(1))) {
				printf("# seed %u, step %d\n", run, i);
				return;
			}
		}
		united += model.united;
	}
	/* A test of what never happened would say nothing. */
	CHECK(united >= 3);
	CHECK_INT_EQ(store_read(temp.store, check_all, &accounts), PROBLEM_NONE);
	CHECK(accounts >= RUNS);
}

int main(void)
{
	temp_store_open(&temp);
	CASE(sums_and_streaks_are_those_of_the_model);
	temp_store_close(&temp);
	return check_end();
}
