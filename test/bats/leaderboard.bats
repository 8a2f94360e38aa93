#!/usr/bin/env bats
# Boards: joining and leaving, what counts, ranks, pages, another pseudonym, moderation.

load helper
load sync
load boards

setup() {
	service_start
}

every_board='xp day
xp week
xp month
xp all
days week
days month
days all
streak all'

@test "nobody is on a board who did not ask to be" {
	open_account
	push "$token" "$(totals "$(day)" 30)"
	board
	expect_json '.total == 0 and .entries == [] and .next == null'
	me "$token"
	expect_problem 404 not_on_board
}

@test "whoever joins is on each board with what counted before, and with what comes" {
	open_account
	push "$token" "$(totals "$(day)" 30)"
	show "$token" true
	expect_status 200
	expect_json '. == {visible: true, handle: $handle, from_day: null, withheld: null}' --arg handle "$handle"
	push "$token" "$(totals "$(day)" 42)"
	local metric period want
	while read -r metric period; do
		want=42
		[ "$metric" = xp ] || want=1
		board "?metric=$metric&period=$period"
		expect_json '.metric == $m and .period == $p and .total == 1 and .next == null
			and .entries == [{rank: 1, handle: $handle, value: $v, level: 1}]' \
			--arg m "$metric" --arg p "$period" --arg handle "$handle" --argjson v "$want"
	done <<<"$every_board"
	expect_clean
}

@test "a board is of XP this week where nothing else is asked for, and of all time for streaks" {
	board ''
	expect_json '.metric == "xp" and .period == "week"'
	[ "$(json .period_id)" = "$(date -u +%G-W%V)" ]
	board '?metric=streak'
	expect_json '.metric == "streak" and .period == "all" and .period_id == null'
}

@test "leaving removes every row at once, and the public list follows within two seconds" {
	member 30
	eventually public_total 1
	show "$token" false
	expect_json '.visible == false'
	[ "$(database 'SELECT count(*) FROM standing')" = 0 ]
	[ "$(database 'SELECT count(*) FROM histogram')" = 0 ]
	within 2 public_total 0
	expect_json '.entries == []'
	me "$token"
	expect_problem 404 not_on_board
	push "$token" "$(totals "$(day)" 50)"
	expect_value 0 "$handle"
	show "$token" true
	expect_value 50 "$handle"
	expect_clean
}

@test "joining twice, and leaving without having joined, change nothing" {
	open_account
	show "$token" false
	expect_status 200
	show "$token" true
	show "$token" true
	push "$token" "$(totals "$(day)" 7)"
	show "$token" true
	expect_value 7 "$handle"
	expect_clean
}

@test "equals share a rank, and the next one's counts them all" {
	local xp tokens=()
	for xp in 50 40 40 30; do
		member "$xp"
		tokens+=("$token")
	done
	board
	expect_json '[.entries[].rank] == [1, 2, 2, 4] and [.entries[].value] == [50, 40, 40, 30]'
	me "${tokens[3]}"
	expect_json '[.rank, .total, .percentile, .value] == [4, 4, 25, 30]'
	expect_json '.to_next == {gap: 10, rank: 2}'
	me "${tokens[1]}"
	expect_json '[.rank, .percentile, .to_next.gap, .to_next.rank] == [2, 75, 10, 1]'
	me "${tokens[0]}"
	expect_json '.rank == 1 and .percentile == 100 and .to_next == null'
	expect_json '[.around[].rank] == [1, 2, 2, 4]'
	me "${tokens[3]}" "$xp_week&around=1"
	expect_json '[.around[].rank] == [2, 4]'
}

@test "whoever has no value yet has no rank, and is told what is missing" {
	member 5
	member 9
	member
	me "$token"
	expect_json '. as $me | [.rank, .total, .percentile, .value] == [null, 2, null, 0]
		and .to_next == {gap: 5, rank: 2} and [.around[].value] == [9, 5]'
}

@test "pages neither repeat nor leave out whoever did not move" {
	local i next='' seen=() tokens=()
	for ((i = 1; i <= 9; i++)); do
		member $((i % 3 + 1))
		tokens+=("$token")
	done
	for ((i = 0; i < 6 && ${#next} != 4; i++)); do
		board "$xp_week&limit=2${next:+&cursor=$next}"
		expect_json '.total == 9'
		mapfile -t -O ${#seen[@]} seen < <(json '.entries[] | "\(.rank) \(.value) \(.handle)"')
		next=$(json .next)
		# Somebody goes to the top meanwhile; those behind are still met once each.
		[ $i != 1 ] || push "${tokens[8]}" "$(totals "$(day)" 100)"
	done
	[ "$next" = null ]
	[ "$(printf '%s\n' "${seen[@]}" | cut -d ' ' -f 3 | sort | uniq -d)" = '' ]
	# Eight did not move; the ninth may have been met before it did.
	[ "${#seen[@]}" -ge 8 ] && [ "${#seen[@]}" -le 9 ]
	[ "$(printf '%s\n' "${seen[@]}" | cut -d ' ' -f 2 | sort -nrc 2>&1)" = '' ]
}

@test "a cursor goes on with the list that it came from, and with no other" {
	member 1
	member 2
	board "$xp_week&limit=1"
	local cursor
	cursor=$(json .next)
	fetch "/api/v1/leaderboard?metric=xp&period=day&cursor=$cursor"
	expect_problem 422 bad_value '?cursor'
	fetch "/api/v1/leaderboard$xp_week&cursor=${cursor%?}g"
	expect_problem 422 bad_value '?cursor'
	board "$xp_week&cursor=$cursor"
	expect_json '[.entries[].rank] == [2]'
}

@test "many devices on one day count at most 600 together; totals are never cut" {
	member 400
	local first=$token
	another_device "$first"
	push "$token" "$(totals "$(day)" 500 60 60 500)"
	expect_sums 900 460 460 900
	another_device "$first"
	push "$token" "$(totals "$(day)" 90000 60 60 500)"
	expect_value 600 "$handle"
	expect_value 600 "$handle" '?metric=xp&period=all'
	expect_value 1 "$handle" '?metric=days&period=all'
	expect_clean
}

@test "an import never counts" {
	member
	import "$token" "$(hex 32)" "$(list "$(totals "$(day)" 300)" "$(totals "$(day -1)" 300)")" "$(sums 5000)" \
		"$(claim 50 "$(day -1)" 90)"
	expect_status 200
	board '?metric=xp&period=all'
	expect_json '.total == 0'
	push "$token" "$(totals "$(day)" 20)"
	expect_value 20 "$handle" '?metric=xp&period=all'
	expect_value 1 "$handle" '?metric=streak'
	# The level beside it is that of what counts, and says nothing of the import.
	board '?metric=xp&period=all'
	expect_json '.entries[0].level == 1'
	expect_clean
}

@test "what arrives for a month that is over, and the one after it as well, never counts" {
	member 10
	push "$token" "$(totals "$(day -80)" 500)" "$(totals "$(day -300)" 500)"
	expect_sums 1010 1010 1010 1010
	expect_value 10 "$handle" '?metric=xp&period=all'
	expect_value 1 "$handle" '?metric=days&period=all'
	# It does not count later either, whatever makes boards be counted anew.
	show "$token" false
	show "$token" true
	expect_value 10 "$handle" '?metric=xp&period=all'
	expect_clean
}

@test "a day of the month before counts, and heals a streak; its day's board is closed" {
	member 10
	push "$token" "$(totals "$(day -1)" 5)" "$(totals "$(day -3)" 5)"
	expect_value 2 "$handle" '?metric=streak'
	push "$token" "$(totals "$(day -2)" 5)"
	expect_value 4 "$handle" '?metric=streak'
	expect_value 25 "$handle" '?metric=xp&period=all'
	expect_value 5 "$handle" "?metric=xp&period=day&period_id=$(day -1)"
	expect_value 0 "$handle" "?metric=xp&period=day&period_id=$(day -3)"
	expect_clean
}

@test "another pseudonym is off all boards, and comes back with nothing that was seen" {
	member 37
	local old=$handle
	api POST /leaderboard/me/handle '' "$token"
	expect_status 200
	expect_json '.visible == false and .handle != $old and .from_day == $tomorrow' \
		--arg old "$old" --arg tomorrow "$(day 1)"
	handle=$(json .handle)
	state_of "$token"
	expect_json '.handle == $handle and .xp == 37' --arg handle "$handle"
	[ "$(database 'SELECT count(*) FROM standing')" = 0 ]
	show "$token" true
	push "$token" "$(totals "$(day)" 90)"
	board '?metric=xp&period=all'
	expect_json '.total == 0'
	push "$token" "$(totals "$(day 1)" 8)"
	local metric
	expect_value 8 "$handle" '?metric=xp&period=all'
	expect_value 1 "$handle" '?metric=days&period=all'
	expect_value 1 "$handle" '?metric=streak'
	board '?metric=xp&period=all'
	expect_json '.entries[0].level == 1'
	expect_clean
}

@test "another pseudonym before there was practice on the day counts from that very day" {
	open_account
	push "$token" "$(totals "$(day -1)" 50)"
	api POST /leaderboard/me/handle '' "$token"
	expect_json '.from_day == $today' --arg today "$(day)"
	show "$token" true
	handle=$(json .handle)
	push "$token" "$(totals "$(day)" 3)"
	expect_value 3 "$handle" '?metric=xp&period=all'
}

@test "a merge counts the survivor anew, and takes the other off" {
	member 400
	local survivor=$token name=$handle
	pairing_code "$survivor"
	member 500
	redeem "$code" "$token" true
	expect_status 200
	expect_value 600 "$name"
	board
	expect_json '.total == 1'
	expect_clean
}

@test "a merge into somebody who is not on boards puts nobody on them" {
	open_account
	pairing_code "$token"
	member 500
	redeem "$code" "$token" true
	expect_status 200
	board
	expect_json '.total == 0'
	expect_clean
}

@test "after a merge the later first day holds for both, and so does being withheld" {
	member 10
	local survivor=$token
	pairing_code "$survivor"
	open_account
	api POST /leaderboard/me/handle '' "$token"
	show "$token" true
	handle=$(json .handle)
	breathctl moderate withhold "$handle" automated
	redeem "$code" "$token" true
	me "$survivor"
	expect_problem 403 withheld
	expect_json '.reason == "automated" and .visible == true'
	expect_clean
}

@test "an account that is erased is on no board" {
	member 10
	api DELETE /sync/account '' "$token"
	expect_status 204
	board
	expect_json '.total == 0'
	[ "$(database 'SELECT (SELECT count(*) FROM member) + (SELECT count(*) FROM standing)
		+ (SELECT count(*) FROM histogram)')" = 0 ]
	expect_clean
}

@test "withheld by pseudonym: off all boards, told why, and back when it is lifted" {
	member 10
	local others=$token name=$handle
	breathctl moderate withhold "$name" implausible
	board
	expect_json '.total == 0'
	me "$others"
	expect_problem 403 withheld
	expect_json '.reason == "implausible" and .visible == true'
	# Neither leaving and coming back nor another pseudonym gets round it.
	show "$others" false
	show "$others" true
	expect_json '.visible == true and .withheld == "implausible"'
	push "$others" "$(totals "$(day)" 12)"
	api POST /leaderboard/me/handle '' "$others"
	name=$(json .handle)
	show "$others" true
	board
	expect_json '.total == 0'
	expect_clean
	breathctl moderate lift "$name"
	push "$others" "$(totals "$(day 1)" 4)"
	expect_value 4 "$name" '?metric=xp&period=all'
	run -1 breathctl moderate withhold nobody-there-1234 implausible
	run -2 breathctl moderate withhold "$name" whatever
	expect_clean
}

@test "a closed period keeps its first hundred, and nothing else" {
	member 30
	local first=$token top=$handle
	member 20
	local second=$token today
	today=$(day)
	# A hundred more, between the two, without asking for a hundred accounts.
	alter_database "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
		INSERT INTO account (account, uid, handle, recovery_hash, created_day, used_day, xp)
		SELECT 1000 + i, randomblob(16), 'calm-pond-' || (1000 + i), randomblob(32), 0, $(day_number "$today"), 25 FROM n;
		INSERT INTO device (device, account, uid, kind, created_day, last_day)
		SELECT account, account, randomblob(16), 3, 0, $(day_number "$today") FROM account WHERE account > 1000;
		INSERT INTO day (account, day, device, xp, minutes, sessions, cycles, timely_xp)
		SELECT account, $(day_number "$today"), account, 25, 0, 0, 0, 25 FROM account WHERE account > 1000;
		UPDATE account SET run_first = $(day_number "$today"), run_last = $(day_number "$today"), longest = 1,
		row_count = 1 WHERE account > 1000;
		UPDATE device SET xp = 25, first_day = last_day WHERE device > 1000;
		INSERT INTO member (account, place, visible) SELECT account, account, 1 FROM account WHERE account > 1000;"
	run breathctl boards mend
	[ "$status" = 0 ]
	expect_clean
	board "?metric=xp&period=day&period_id=$today"
	expect_json '.total == 102'
	restart_on 2
	board "?metric=xp&period=day&period_id=$today"
	expect_json '.total == 100 and (.entries | length) == 50 and .entries[0].rank == 1'
	me "$second" "?metric=xp&period=day&period_id=$today"
	expect_problem 404 not_on_board
	BREATH_DAY_SHIFT=2 breathctl purge
	[ "$(database "SELECT count(*) FROM standing WHERE board = 0")" = 100 ]
	[ "$(database "SELECT count(*) FROM histogram WHERE board = 0")" = 0 ]
	local cursor
	board "?metric=xp&period=day&period_id=$today&limit=100"
	expect_json '.total == 100 and (.entries | length) == 100 and .next == null'
	board "?metric=xp&period=day&period_id=$today&limit=99"
	cursor=$(json .next)
	board "?metric=xp&period=day&period_id=$today&cursor=$cursor"
	expect_json '[.entries[].rank] == [2] and .total == 100'
	me "$first" "?metric=xp&period=day&period_id=$today"
	expect_json '[.rank, .total, .percentile, .value, .to_next] == [1, 100, 100, 30, null] and (.around | length) == 6'
	expect_clean 2
	# Rows go with their owner, from closed periods too.
	show "$first" false
	expect_value 0 "$top" "?metric=xp&period=day&period_id=$today"
	expect_clean 2
}

@test "folding keeps what counts, capped, and all of it can be counted anew" {
	member 500
	local name=$handle
	another_device "$token"
	push "$token" "$(totals "$(day)" 400)"
	purge_on 440
	[ "$(database 'SELECT sum(board_xp) || " " || max(board_days > 0) FROM month')" = '600 1' ]
	expect_value 600 "$name" '?metric=xp&period=all'
	expect_clean 440
	# Under another pseudonym what was folded before counts no more.
	api POST /leaderboard/me/handle '' "$token"
	show "$token" true
	board '?metric=xp&period=all'
	expect_json '.total == 0'
	expect_clean 440
}

@test "breathctl sees a board that is not as it should be, and mends it" {
	member 30
	expect_clean
	alter_database 'UPDATE standing SET value = 31 WHERE board = 3'
	run -1 breathctl check
	[[ $output == *'xp of all time'* ]]
	run -1 breathctl boards recount
	run -0 breathctl boards mend
	expect_clean
	alter_database 'UPDATE histogram SET people = 2 WHERE board = 1'
	run -1 breathctl check
	[[ $output == *'bucket'* ]]
	run -0 breathctl boards mend
	expect_clean
	alter_database 'UPDATE member SET longest = 9'
	run -1 breathctl check
	run -0 breathctl boards mend
	expect_clean
	run -0 breathctl boards show
	[[ $output == *'xp     week  '* ]]
}

@test "a board whose histogram is lost still answers, with ranks that can be, until it is mended" {
	member 30
	local lost
	for lost in 'DELETE FROM histogram' 'UPDATE histogram SET people = -people'; do
		alter_database "$lost"
		me "$token"
		expect_status 200
		expect_json '.rank == 1 and .total >= 1 and .percentile == 100 and .value == 30'
		board
		expect_json '[.entries[] | [.rank, .value]] == [[1, 30]] and .total >= 1'
		run -0 breathctl boards mend
		me "$token"
		expect_json '.rank == 1 and .total == 1'
	done
	run ! grep -q died "$BATS_TEST_TMPDIR/run.log"
}

@test "a histogram of a board that there is not is shown as none, and goes with the next purge" {
	member 30
	alter_database 'INSERT INTO histogram VALUES (4711, 0, 1, 1), (-4711, 0, 1, 1)'
	run -0 breathctl boards show
	[ "${#lines[@]}" = 8 ]
	run -0 breathctl purge
	[ "$(database 'SELECT count(*) FROM histogram WHERE board NOT BETWEEN 0 AND 7')" = 0 ]
}

# Two requests one after the other, of which only one came to the executable.
asked_for_once() {
	local first
	fetch "/api/v1/leaderboard?metric=xp"
	first=$(header x-request-id)
	fetch "/api/v1/leaderboard?metric=xp"
	[ "$(header x-request-id)" = "$first" ]
}

@test "the same list is asked for once a second, and never with a token" {
	member 30
	local etag first
	fetch "/api/v1/leaderboard?metric=xp"
	etag=$(header etag)
	# A second may go by between any two.
	eventually asked_for_once
	first=$(header x-request-id)
	fetch "/api/v1/leaderboard?metric=xp" -H "If-None-Match: $etag"
	expect_status 304
	fetch "/api/v1/leaderboard?metric=xp" -H 'Authorization: Bearer x'
	[ "$(header x-request-id)" != "$first" ]
	expect_header cache-control no-cache
	me "$token"
	expect_header cache-control 'private, no-store'
}

# crowd ANSWERS: see board-crowd.mjs.
crowd() {
	node "$BATS_TEST_DIRNAME/board-crowd.mjs" "$url" 24 "$1" >"$BATS_TEST_TMPDIR/crowd" || return
	sed 's/^/# /' "$BATS_TEST_TMPDIR/crowd" >&3
}

@test "both executables change boards at once: each list that is read is in order, and all of it is as counted" {
	crowd 3000
	[ "$(database 'SELECT count(*) FROM standing')" -gt 20 ]
	expect_clean
}

has_died() { # COUNT
	[ "$(grep -c died "$BATS_TEST_TMPDIR/run.log")" = "$1" ]
}

@test "whichever of them is killed in the middle of it, boards are as counted" {
	local name
	crowd 0 &
	local crowd_pid=$!
	for name in sync.fcgi leaderboard.fcgi sync.fcgi leaderboard.fcgi; do
		kill_one $name
		eventually answers 200 "/api/v1/${name%.fcgi}/health"
	done
	# Until it is told to end.
	kill "$(children_of $crowd_pid)"
	wait $crowd_pid
	eventually has_died 4
	[ "$(database 'SELECT count(*) FROM standing')" -gt 20 ]
	expect_clean
}

is_too_many() { # METHOD PATH [JSON [TOKEN]]
	api "$@" && [ "$status_code" = 429 ]
}

@test "coming, going and renaming are limited by address, looking is not" {
	service_stop
	service_start "STATE=$state" LIMIT_LOOPBACK=1
	open_account
	local i
	# One comes back every six seconds, which a busy machine may let pass between any two.
	for ((i = 0; i < 200; i++)); do
		show "$token" "$( ((i % 2)) && echo false || echo true)"
		[ "$status_code" = 200 ] || break
	done
	expect_problem 429 too_many_requests
	expect_header retry-after 60
	[ $i -ge 20 ]
	eventually is_too_many POST /leaderboard/me/handle '' "$token"
	expect_problem 429 too_many_requests
	for ((i = 0; i < 40; i++)); do
		me "$token"
		[ "$status_code" != 429 ]
	done
}
