#!/usr/bin/env bats
# What bounds an account and the store: days past the folding horizon, days an account, bytes of the database.

load helper
load sync

# days_from FIRST COUNT XP: the totals of so many days, from so many days before the server's on.
days_from() {
	local i days=()
	for ((i = 0; i < $2; i++)); do
		days+=("$(totals "$(day $(($1 + i)))" "$3" 1 1 1)")
	done
	list "${days[@]}"
}

# push_list TOKEN LIST: the next push in the chain of the token's device, from a list of days.
push_list() {
	local id text=$BATS_TEST_TMPDIR/push
	id=$(hex 8)
	push_text "$id" "${chain[$1]:-}" "$(day 0)" >"$text"
	sed -i "s/\"days\":\[\]/\"days\":$2/" "$text"
	api POST /sync "@$text" "$1"
	[ "$status_code" != 200 ] || chain[$1]=$id
}

import_list() { # TOKEN SOURCE LIST
	local text=$BATS_TEST_TMPDIR/import
	printf '{"today":"%s","days":%s}' "$(day)" "$3" >"$text"
	api PUT "/sync/imports/$2" "@$text" "$1"
}

rows() { # TABLE
	database "SELECT count(*) FROM $1"
}

@test "ten years of practice become months when they come in, and count in full" {
	service_start
	open_account
	local source first
	source=$(hex 32)
	first=$((18262 - $(day_number "$(day)")))
	local count=$((1 - first))
	import_list "$token" "$source" "$(days_from $first $count 3)"
	expect_status 200
	expect_sums $((3 * count)) "$count" "$count" "$count"
	expect_streak "$count" "$count"
	[ "$(rows day)" -eq 431 ]
	[ "$(rows month)" -le 90 ]
	run -0 breathctl check
	api GET /sync/imports '' "$token"
	expect_json '.imports[0] | .xp == $xp and .first_day == "2020-01-01" and .last_day == $last' \
		--argjson xp $((3 * count)) --arg last "$(day)"
}

@test "nothing that an honest person does is refused: a decade on five devices, three imports, fifty devices over a life, a phone after a year" {
	# With the limits by address that others meet, and the default ones of an account.
	service_start LIMIT_LOOPBACK=1
	open_account
	local first=$token all year i tokens=("$token")
	all=$(days_from $((18262 - $(day_number "$(day)"))) $(($(day_number "$(day)") - 18262)) 2)
	year=$(days_from -365 366 1)
	for i in 1 2 3; do
		import_list "$first" "$(hex 32)" "$all"
		expect_status 200
	done
	for i in {1..4}; do
		another_device "$first"
		tokens+=("$token")
	done
	# Each device brings its years, four hundred days at a time; the last push of each is a year that waited.
	for token in "${tokens[@]}"; do
		for i in 6 5 4 3 2; do
			push_list "$token" "${year//\"xp\":1,/\"xp\":$i,}"
			expect_status 200
		done
	done
	local xp=$((3 * 2 * ($(day_number "$(day)") - 18262) + 5 * 6 * 366))
	expect_json '.xp == $xp' --argjson xp "$xp"
	for i in {1..45}; do
		another_device "$first"
		push "$token" "$(totals "$(day -"$i")" 1)"
		expect_status 200
	done
	api GET /sync/export '' "$first"
	expect_status 200
	expect_json '[.devices, .imports | .[] | .days[], .months[]] | length < 6000'
	api GET /stats/me '' "$first"
	expect_status 200
	run -0 breathctl check
}

@test "a day past the folding horizon is taken once, whatever comes for it later, by whichever way" {
	service_start
	open_account
	local source days first=$token
	source=$(hex 32)
	days=$(list "$(totals "$(day -500)" 10)" "$(totals "$(day -431)" 20)" "$(totals "$(day -430)" 30)")
	import_list "$token" "$source" "$days"
	expect_sums 60
	# The same again, from another device, and a later export whose old days are larger.
	import_list "$token" "$source" "$days"
	expect_sums 60
	another_device "$token"
	import_list "$token" "$source" "$(list "$(totals "$(day -500)" 99)" "$(totals "$(day -499)" 5)" "$(totals "$(day -430)" 31)")"
	expect_sums 66
	# Pushes in another order, with retries in between.
	push "$first" "$(totals "$(day -600)" 1)" "$(totals "$(day -602)" 1)"
	push "$first" "$(totals "$(day -601)" 1)" "$(totals "$(day -600)" 50)"
	expect_sums 69
	[ "$(database "SELECT count(*) FROM day WHERE day < $(($(day_number "$(day)") - 430))")" -eq 0 ]
	# A new epoch makes clients send all that they hold.
	breathctl epoch
	import_list "$token" "$source" "$days"
	push "$first" "$(totals "$(day -600)" 1)" "$(totals "$(day -601)" 1)" "$(totals "$(day -602)" 1)"
	expect_sums 69
	run -0 breathctl check
	api DELETE "/sync/imports/$source" '' "$token"
	state_of "$token"
	expect_sums 3
	run -0 breathctl check
}

@test "more days than an account may hold are refused with what to do, nothing of the request is kept, and the rest goes on" {
	service_start BREATH_DAYS_PER_ACCOUNT=40
	open_account
	local first=$token source
	source=$(hex 32)
	push_list "$first" "$(days_from -30 31 1)"
	expect_sums 31
	import_list "$first" "$source" "$(days_from -8 9 1)"
	expect_sums 40
	local before
	before=$(database .dump)
	another_device "$first"
	api DELETE "/sync/devices/$device_id" '' "$token"
	before=$(database .dump)
	push "$first" "$(totals "$(day -100)" 7)" "$(totals "$(day)" 5)"
	expect_problem 409 too_many_days /days
	expect_json '.detail | contains("Remove an import")'
	import_list "$first" "$(hex 32)" "$(days_from 0 1 1)"
	expect_problem 409 too_many_days /days
	[ "$(database .dump)" = "$before" ]
	# A folded day needs a row of its month; days that are there grow, and what goes makes room.
	push "$first" "$(totals "$(day -700)" 2)"
	expect_problem 409 too_many_days /days
	push "$first" "$(totals "$(day)" 5 1 1 1)"
	expect_status 200
	expect_sums 44 40 40 40
	api DELETE "/sync/imports/$source" '' "$first"
	expect_status 204
	push "$first" "$(totals "$(day -100)" 7)" "$(totals "$(day -700)" 2)"
	expect_status 200
	run -0 breathctl check
}

@test "accounts cannot be merged into one that holds more days than one may" {
	service_start BREATH_DAYS_PER_ACCOUNT=40
	open_account
	local into=$token
	push_list "$into" "$(days_from -20 21 1)"
	pairing_code "$into"
	open_account
	push_list "$token" "$(days_from -20 21 1)"
	local before
	before=$(database 'SELECT * FROM account; SELECT * FROM day; SELECT * FROM pairing')
	redeem "$code" "$token" true
	expect_problem 409 too_many_days
	[ "$(database 'SELECT * FROM account; SELECT * FROM day; SELECT * FROM pairing')" = "$before" ]
	open_account
	push_list "$token" "$(days_from -18 19 1)"
	redeem "$code" "$token" true
	expect_status 200
	expect_sums 40
	[ "$(database "SELECT row_count FROM account WHERE xp = 40")" = 40 ]
	run -0 breathctl check
}

# Refused for want of room; the client is told to come back.
expect_full() {
	expect_problem 503 store_full
	[ "$(header retry-after)" -ge 60 ]
}

@test "a store that is full takes nothing new, and everything else goes on" {
	service_start BREATH_DATABASE_MAX_MIB=1 BREATH_DAYS_PER_ACCOUNT=1000000 BREATH_DEVICES_PER_ACCOUNT=10000
	open_account
	local owner=$token owner_recovery=$recovery_code
	push "$owner" "$(totals "$(day)" 1)"
	local list
	list=$(days_from -399 400 1)
	# The store looks once a second, and each push has days that it did not have.
	while
		api POST /sync/devices '{"device":{"kind":"cli"}}' "$owner"
		[ "$status_code" != 201 ] || push_list "$(json .token)" "$list"
		[ "$status_code" = 200 ]
	do
		:
	done
	expect_full
	api POST /sync/accounts '{"device":{"kind":"cli"}}'
	expect_full
	api POST /sync/devices '{"device":{"kind":"cli"}}' "$owner"
	expect_full
	import "$owner" "$(hex 32)" '[]'
	expect_full
	push "$owner" "$(totals "$(day -500)" 1)"
	expect_full
	api POST /stats/me/shares '{"what":"xp"}' "$owner"
	expect_full
	BREATH_DATABASE_MAX_MIB=1 run -1 breathctl doctor
	[[ $output == *'the store is full'*'database_max_mib'* ]]
	fetch_metrics
	[ "$(sed -n 's/^breath_database_bytes //p' "$body_file")" -ge 1048576 ]
	grep -qx 'breath_database_limit_bytes 1048576' "$body_file"

	# What is there grows, is read, moves and goes.
	push "$owner" "$(totals "$(day)" 2)"
	expect_status 200
	state_of "$owner"
	api POST /sync/token '' "$owner"
	expect_status 200
	pairing_code "$owner"
	recover "$owner_recovery"
	expect_status 201
	api GET /sync/export '' "$owner"
	expect_status 200
	api DELETE /sync/account '' "$owner"
	expect_status 204
	has_room() {
		api POST /sync/accounts '{"device":{"kind":"cli"}}'
		[ "$status_code" = 201 ]
	}
	eventually has_room
	[[ $(<"$state/log/sync.fcgi.log") == *'the store is full'*'the store has room again'* ]]
}

@test "a disk that is nearly full takes nothing new either, and doctor says so" {
	service_start
	open_account
	local owner=$token
	push "$owner" "$(totals "$(day)" 1)"
	service_stop
	service_start BREATH_DISK_RESERVE_MIB=1000000000
	push "$owner" "$(totals "$(day -1)" 1)"
	expect_full
	push "$owner" "$(totals "$(day)" 2)"
	expect_status 200
	BREATH_DISK_RESERVE_MIB=1000000000 run -1 breathctl doctor
	[[ $output == *'the store is full'*'disk_reserve_mib'* ]]
}

@test "an older database gets its bounds, sums and active days counted from what it has" {
	service_start
	open_account
	local first=$token
	push "$first" "$(totals "$(day)" 4)" "$(totals "$(day -1)" 4)" "$(totals "$(day -500)" 3)" "$(totals "$(day -480)" 3)"
	import "$first" "$(hex 32)" "$(list "$(totals "$(day -60)" 7)" "$(totals "$(day -900)" 8)")" "$(sums 1000)" \
		"$(claim 4 "$(day -2)" 20)"
	another_device "$first"
	push "$token" "$(totals "$(day -3)" 1)" "$(totals "$(day -700)" 1)"
	another_device "$first"
	service_stop
	local columns="SELECT device, xp, minutes, sessions, cycles, first_day FROM device ORDER BY device;
		SELECT account, row_count FROM account" before
	before=$(database "$columns")
	alter_database 'ALTER TABLE account DROP COLUMN row_count; ALTER TABLE account DROP COLUMN active;
		ALTER TABLE device DROP COLUMN xp; ALTER TABLE device DROP COLUMN minutes; ALTER TABLE device DROP COLUMN sessions;
		ALTER TABLE device DROP COLUMN cycles; ALTER TABLE device DROP COLUMN first_day; PRAGMA user_version = 7'
	breathctl migrate
	[ "$(database "$columns")" = "$before" ]
	run -0 breathctl check
	service_start
	state_of "$first" "$(day)"
	expect_streak 6 20
	# The first change stores what was counted.
	[ "$(database 'SELECT active IS NULL FROM account')" = 1 ]
	push "$first" "$(totals "$(day -6)" 1)"
	expect_streak 7 20
	[ "$(database 'SELECT active IS NULL FROM account')" = 0 ]
	run -0 breathctl check
}

@test "check finds sums, rows and active days that are not those of the days" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 4)" "$(totals "$(day -1)" 4)"
	run -0 breathctl check
	alter_database "UPDATE account SET row_count = 3, active = x'e80301'; UPDATE device SET minutes = 9"
	run -1 breathctl check
	[[ $output == *'keeps row_count 3, counted are 2'* ]]
	[[ $output == *'keeps other active days'* ]]
	[[ $output == *'keeps totals or a first day'* ]]
}
