#!/usr/bin/env bats
# What the owner of an account may ask of the data about it: all of it, and that it goes (P8).

load helper
load sync

setup_file() {
	service_start
}

# --- Export ---

@test "the export holds everything about the account" {
	open_account vscode
	local first=$token first_id=$device_id source
	source=$(hex 32)
	another_device "$first" web
	push "$first" "$(totals "$(day)" 1 2 3 4)" "$(totals "$(day -1)" 5 6 7 8)"
	push "$token" "$(totals "$(day)" 10)"
	import "$first" "$source" "$(list "$(totals "$(day -9)" 11)")" "$(sums 100 1 2 3)" "$(claim 3 "$(day -20)" 8)"
	api DELETE "/sync/devices/$device_id" '' "$first"
	state_of "$first"
	local epoch
	epoch=$(json .epoch)
	api GET /sync/export '' "$first"
	expect_status 200
	expect_header cache-control 'private, no-store'
	expect_json '. == {
		account: {account_id: $account, former_ids: [], handle: $handle, created_day: $today, used_day: $today,
			recovery_code_day: $today, rated_year: null},
		epoch: $epoch,
		totals: {xp: 127, minutes: 30, sessions: 33, cycles: 36},
		boards: {visible: false, from_day: null, withheld: null, shared: false, ranked: false, standings: []}, shares: [],
		devices: [
			{device_id: $first, kind: "vscode", created_day: $today, last_day: $today, revoked: false, revoked_day: null, joined_ids: [], horizon_day: null, months: [],
				days: [{day: $yesterday, xp: 5, minutes: 6, sessions: 7, cycles: 8, timely_xp: 5}, {day: $today, xp: 1, minutes: 2, sessions: 3, cycles: 4, timely_xp: 1}]},
			{device_id: $second, kind: "web", created_day: $today, last_day: $today, revoked: true, revoked_day: $today, joined_ids: [], horizon_day: null, months: [],
				days: [{day: $today, xp: 10, minutes: 10, sessions: 10, cycles: 10, timely_xp: 10}]}],
		imports: [
			{source: $source, created_day: .imports[0].created_day, rest: {xp: 100, minutes: 1, sessions: 2, cycles: 3},
				streak: {days: 3, last_day: $claimed, longest: 8}, horizon_day: null, months: [],
				days: [{day: $old, xp: 11, minutes: 11, sessions: 11, cycles: 11, timely_xp: 0}]}]}' \
		--arg account "$account_id" --arg handle "$handle" --arg epoch "$epoch" --arg source "$source" \
		--arg first "$first_id" --arg second "$device_id" --arg today "$(day)" --arg yesterday "$(day -1)" \
		--arg old "$(day -9)" --arg claimed "$(day -20)"
}

@test "an export of its own data is the same from every device" {
	open_account
	push "$token" "$(totals "$(day)" 1)"
	api GET /sync/export '' "$token"
	local first=$body
	another_device "$token"
	api GET /sync/export '' "$token"
	[ "$(jq -S 'del(.devices[1])' <<<"$body")" = "$(jq -S . <<<"$first")" ]
}

# --- Erasing ---

@test "erasing an account makes all its tokens and codes unknown, and nobody else feels it" {
	open_account
	local other=$token
	push "$other" "$(totals "$(day)" 3)"
	open_account
	local first=$token
	push "$first" "$(totals "$(day)" 5)"
	import "$first" "$(hex 32)" "$(list "$(totals "$(day)" 5)")"
	another_device "$first"
	pairing_code "$first"
	api DELETE /sync/account '' "$token"
	expect_status 204
	[ ! -s "$body_file" ]
	api GET /sync '' "$first"
	expect_problem 401 token_unknown
	api GET /sync '' "$token"
	expect_problem 401 token_unknown
	push "$first" "$(totals "$(day)" 6)"
	expect_problem 401 token_unknown
	api DELETE /sync/account '' "$first"
	expect_problem 401 token_unknown
	redeem "$code"
	expect_problem 404 unknown_code
	recover "$recovery_code"
	expect_problem 401 recovery_code_unknown
	state_of "$other"
	expect_sums 3
}

@test "an account that was erased can begin anew" {
	open_account
	push "$token" "$(totals "$(day)" 5)"
	api DELETE /sync/account '' "$token"
	local old=$account_id
	open_account
	[ "$account_id" != "$old" ]
	state_of "$token"
	expect_sums 0
}
