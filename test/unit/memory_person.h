/*
 * People for an executable that opens no accounts itself (memory.h): they are put into its store from beside it.
 */
#ifndef TEST_UNIT_MEMORY_PERSON_H
#define TEST_UNIT_MEMORY_PERSON_H

#include "game/account.h"
#include "game/device.h"
#include "game/member.h"
#include "game/push.h"
#include "game/quota.h"
#include "memory.h"

enum { MEMORY_DAYS = 5 };

/* Opened before it practised. */
static enum problem memory_age(struct db *db, int64_t account)
{
	static const struct statement age = {
	    .sql = "UPDATE account SET created_day = $1 WHERE account = $2"};
	struct query query;

	query_start(&query, db, &age);
	query_put_day(&query, clock_today() - MEMORY_DAYS);
	query_put_integer(&query, account);
	return query_run(&query);
}

static enum problem memory_open_person(struct db *db, void *argument)
{
	const bool *visible = argument;
	static const uint8_t id[PUSH_ID_B] = {1};
	struct day_totals days[MEMORY_DAYS];
	const struct push push = {
	    .id = id, .days = days, .day_count = MEMORY_DAYS, .max_rows = INT64_MAX};
	char code[RECOVERY_TEXT_B];
	struct device_made made = {0};
	struct account account;
	struct member member;
	bool received;
	enum problem problem = account_open(db, 1 << 30, QUOTA_SLOT_NONE, &account, code);

	for (int i = 0; i < MEMORY_DAYS; i++)
		days[i] = (struct day_totals){clock_today() - i, {40, 20, 2, 100}};
	if (problem == PROBLEM_NONE)
		problem = memory_age(db, account.id);
	if (problem == PROBLEM_NONE)
		problem = device_add(db, account.id, DEVICE_CLI, 128, &made);
	/* First on boards, where what comes later counts. */
	if (problem == PROBLEM_NONE && *visible)
		problem = member_show(db, account.id, true, &member);
	if (problem == PROBLEM_NONE)
		problem = push_take(db, &(struct caller){.account = account.id, .device = made.id},
		    &push, &account, &received);
	snprintf(memory_token, sizeof(memory_token), "%s", made.token);
	return problem;
}

/* Opens an account with days, on boards if wanted. Its token is the one in hand. */
static void memory_person(bool visible)
{
	temp_store_must(
	    store_write(memory_store.store, memory_open_person, &visible), "open a person");
}

#endif
