#!/usr/bin/env bats
# Everything that anyone can create has a quota.

load helper
load sync

@test "when a day's accounts are all opened the next one waits for midnight, and the others go on" {
	service_start BREATH_ACCOUNTS_PER_DAY=2
	open_account
	local first=$token
	open_account
	api POST /sync/accounts '{"device":{"kind":"cli"}}'
	expect_problem 429 accounts_exhausted
	local wait
	wait=$(header retry-after)
	[ "$wait" -ge 1 ] && [ "$wait" -le 86400 ]
	[ $((86400 - $(date +%s) % 86400 - wait)) -le 2 ]
	push "$first" "$(totals "$(day)" 1)"
	expect_status 200
	another_device "$first"
	service_stop
	service_start BREATH_ACCOUNTS_PER_DAY=2 BREATH_DAY_SHIFT=1
	open_account
}

@test "an account has no more devices than it may, revoked ones not counted" {
	service_start BREATH_DEVICES_PER_ACCOUNT=3
	open_account
	local first=$token second third
	another_device "$first"
	push "$token" "$(totals "$(day)" 1)"
	api DELETE "/sync/devices/$device_id" '' "$first"
	another_device "$first"
	second=$token
	another_device "$first"
	third=$device_id
	pairing_code "$second"
	api POST /sync/devices '{"device":{"kind":"cli"}}' "$first"
	expect_problem 409 quota_reached
	redeem "$code"
	expect_problem 409 quota_reached
	state_of "$second"
	expect_json '.devices == 3'
	# What the message advises helps; it closes the code that was open.
	api DELETE "/sync/devices/$third" '' "$first"
	pairing_code "$second"
	redeem "$code"
	expect_status 201
	import "$second" "$(hex 32)" '[]'
	expect_status 200
	open_account
}

@test "127 times a device is added and removed: adding, pairing and recovering work as before" {
	service_start
	open_account
	local owner=$token i
	for ((i = 0; i < 127; i++)); do
		another_device "$owner"
		# Of every other one something stays.
		[ $((i % 2)) = 0 ] || push "$token" "$(totals "$(day)" 1)"
		api DELETE "/sync/devices/$device_id" '' "$owner"
		expect_status 204
	done
	another_device "$owner"
	pairing_code "$owner"
	redeem "$code"
	expect_status 201
	recover "$recovery_code"
	expect_status 201
	expect_json 'has("revoked_device_id") | not'
	api GET /sync/devices '' "$owner"
	expect_json '.devices | length == 4'
	api GET /sync/export '' "$owner"
	expect_json '(.devices | length) == 4 + 63 and .totals.xp == 63'
	run -0 breathctl check
}

@test "recovery is never barred: at the limit it revokes the device that was unused for longest, and says so" {
	service_start BREATH_DEVICES_PER_ACCOUNT=3 BREATH_DAY_SHIFT=-40
	open_account
	local first=$token first_id=$device_id second_id
	another_device "$first"
	local second=$token
	second_id=$device_id
	service_stop
	service_start BREATH_DEVICES_PER_ACCOUNT=3
	# Joined first, and practised since.
	push "$first" "$(totals "$(day -35)" 5)"
	another_device "$first"
	# It has practised a longer time ago than the first, but joined today.
	push "$token" "$(totals "$(day -39)" 7)"
	local third=$token
	recover "$recovery_code"
	expect_status 201
	expect_json '.revoked_device_id == $second' --arg second "$second_id"
	local fourth
	fourth=$(json .token)
	api GET /sync '' "$second"
	expect_problem 401 token_revoked
	recover "$recovery_code"
	expect_json '.revoked_device_id == $first' --arg first "$first_id"
	api GET /sync '' "$first"
	expect_problem 401 token_revoked
	state_of "$third"
	expect_json '.devices == 3 and .xp == 12'
	state_of "$fourth"
	# A wrong code revokes nothing, nor does a merge, which makes no device.
	recover 0000-0000-0000-0000-0000-0000-0000
	expect_problem 401 recovery_code_unknown
	open_account
	local own=$recovery_code
	pairing_code "$third"
	recover "$own" "$third"
	expect_problem 409 merge_needed
	state_of "$third"
	expect_json '.devices == 3'
}

@test "an account has no more imports than it may, and can grow and replace those it has" {
	service_start BREATH_IMPORTS_PER_ACCOUNT=2
	open_account
	local first second
	first=$(hex 32)
	second=$(hex 32)
	import "$token" "$first" "$(list "$(totals "$(day)" 1)")"
	import "$token" "$second" "$(list "$(totals "$(day)" 2)")"
	import "$token" "$(hex 32)" "$(list "$(totals "$(day)" 4)")"
	expect_problem 409 quota_reached
	import "$token" "$first" "$(list "$(totals "$(day)" 10)")"
	expect_sums 12
	api DELETE "/sync/imports/$second" '' "$token"
	import "$token" "$(hex 32)" "$(list "$(totals "$(day)" 4)")"
	expect_sums 14
}

@test "one address that opens accounts all day leaves the day's others to everybody else" {
	service_start BREATH_ACCOUNTS_PER_DAY=400 BREATH_OFFERS_PER_DAY=300 TRUSTED_PROXIES=127.0.0.1
	local i from=203.0.113.7
	ask() { # FROM METHOD PATH [JSON]
		fetch "/api/v1$3" -X "$2" -H "X-Forwarded-For: $1" -H 'Content-Type: application/json' ${4:+-d "$4"}
	}
	# 2 %, which are eight.
	for ((i = 0; i < 8; i++)); do
		ask $from POST /sync/accounts '{"device":{"kind":"cli"}}'
		expect_status 201
	done
	ask $from POST /sync/accounts '{"device":{"kind":"cli"}}'
	expect_problem 429 network_exhausted
	local wait
	wait=$(header retry-after)
	[ $((86400 - $(date +%s) % 86400 - wait)) -le 2 ]
	for ((i = 0; i < 6; i++)); do
		ask $from POST /stats/offers
		expect_status 204
	done
	ask $from POST /stats/offers
	expect_problem 429 network_exhausted
	# What was refused is not counted, and others have the rest.
	[ "$(database "SELECT group_concat(used) FROM quota")" = 8,6 ]
	[ "$(database "SELECT group_concat(used), count(DISTINCT slot) FROM quota_slot")" = '8,6|1' ]
	ask 198.51.100.8 POST /sync/accounts '{"device":{"kind":"cli"}}'
	expect_status 201
	ask 198.51.100.8 POST /stats/offers
	expect_status 204
	# Nor is anybody bound by it where nothing is known of the network.
	open_account
	# In a night it is gone, and where it came from with it.
	BREATH_DAY_SHIFT=1 "$BUILD/breathctl" -c "$state/breath.conf" purge
	[ "$(database 'SELECT count(*) FROM quota_slot')" = 0 ]
}

@test "one address or one account that tries wrong pairing codes leaves others' tries to them" {
	service_start BREATH_WRONG_CODES_PER_10_MIN=400 TRUSTED_PROXIES=127.0.0.1
	local i own
	open_account
	own=$token
	open_account
	pairing_code "$token"
	# 2 % are eight tries; nginx takes eleven at once.
	try() { # FROM CODE [TOKEN]
		fetch /api/v1/sync/pairings/redeem -X POST -H "X-Forwarded-For: $1" -H 'Content-Type: application/json' \
			${3:+-H "Authorization: Bearer $3"} -d "{\"code\":\"$2\",\"device\":{\"kind\":\"cli\"}}"
	}
	for ((i = 0; i < 8; i++)); do
		try 203.0.113.7 0000-000$i
		expect_problem 404 unknown_code
	done
	try 203.0.113.7 "$code"
	expect_problem 429 too_many_requests
	# An account, from whatever address it tries.
	for ((i = 0; i < 8; i++)); do
		try 198.51.100.$i 0000-000$i "$own"
		expect_problem 404 unknown_code
	done
	try 198.51.100.99 "$code" "$own"
	expect_problem 429 too_many_requests
	try 198.51.100.98 "$code"
	expect_status 201
}

@test "after too many wrong pairing codes everybody's wait, and nothing else does, recovery codes least of all" {
	service_start BREATH_WRONG_CODES_PER_10_MIN=4
	open_account
	pairing_code "$token"
	redeem 0000-0000
	redeem 0000-0003
	expect_problem 404 unknown_code
	local i
	for ((i = 0; i < 8; i++)); do
		recover 0000-0000-0000-0000-0000-0000-0000
		expect_problem 401 recovery_code_unknown
	done
	# What is no code at all costs nobody a try.
	redeem 0000
	expect_problem 422 bad_value
	recover 0000-0000-0000-0000-0000-0000-0001
	expect_problem 422 bad_checksum
	# Nor does a code that is right.
	recover "$recovery_code"
	expect_status 201
	redeem 0000-0001
	redeem 0000-0002
	expect_problem 404 unknown_code
	redeem "$code"
	expect_problem 429 too_many_requests
	local wait
	wait=$(header retry-after)
	[ "$wait" -ge 1 ] && [ "$wait" -le 600 ]
	recover "$recovery_code"
	expect_status 201
	push "$token" "$(totals "$(day)" 1)"
	expect_status 200
	open_account
}
