#!/usr/bin/env bats
# The API's main job, as a client sees it: progress follows a person over devices.

load helper
load sync

setup_file() {
	service_start
}

# --- Accounts ---

@test "opening an account tells who it is, a device, its token, a recovery code and a pseudonym, and no more" {
	api POST /sync/accounts '{"device":{"kind":"vscode"}}'
	expect_status 201
	expect_header content-type application/json
	expect_header cache-control 'private, no-store'
	expect_json 'keys == ["account_id", "device_id", "handle", "recovery_code", "token"]'
	local uuid='^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
	expect_json '[.account_id, .device_id | test($uuid)] == [true, true]' --arg uuid "$uuid"
	expect_json '.account_id != .device_id'
	expect_json '.token | test("^bm_[A-Za-z0-9_-]{43}$")'
	expect_json '.recovery_code | test("^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$")'
	expect_json '.handle | test("^[a-z]+-[a-z]+-[1-9][0-9]{3}$")'
}

@test "each kind of device can open an account" {
	local kind
	for kind in vscode web cli; do
		open_account $kind
		api GET /sync/devices '' "$token"
		expect_json "[.devices[].kind] == [\"$kind\"]"
	done
}

@test "no two accounts share an identifier, a token, a code or a pseudonym" {
	local i
	for i in {1..20}; do
		open_account
		jq -r '.[]' "$body_file" >>"$BATS_TEST_TMPDIR/all"
	done
	[ "$(sort -u "$BATS_TEST_TMPDIR/all" | wc -l)" -eq 100 ]
}

# --- The state ---

@test "the state of a new account is all zeros, with exactly the members that are documented" {
	open_account
	state_of "$token"
	expect_json '. == {
		account_id: $account, handle: $handle, xp: 0, minutes: 0, sessions: 0, cycles: 0,
		level: {level: 1, title: "Mindful Rookie", xp_from: 0, xp_next: 50},
		streak: {current: 0, longest: 0, last_day: null, active_today: false},
		devices: 1, epoch: .epoch, server_day: $day}' \
		--arg account "$account_id" --arg handle "$handle" --arg day "$(day)"
	expect_json '.epoch | test("^[0-9a-f]{16}$")'
	expect_header cache-control 'private, no-store'
}

@test "levels begin where they should" {
	open_account
	local level
	for level in '49 1 0 50 Mindful_Rookie' '50 2 50 150 Breathing_Novice' '149 2 50 150 Breathing_Novice' \
		'150 3 150 300 Calm_Coder' '299 3 150 300 Calm_Coder' '300 4 300 500 Zen_Developer' \
		'499 4 300 500 Zen_Developer' '500 5 500 750 Mindful_Master' '749 5 500 750 Mindful_Master' \
		'750 6 750 1000 Breathing_Sage' '999 6 750 1000 Breathing_Sage' '1000 7 1000 1500 Code_Mystic' \
		'1499 7 1000 1500 Code_Mystic' '1500 8 1500 null Breath_Master' '99999 8 1500 null Breath_Master'; do
		local xp number from next title
		read -r xp number from next title <<<"$level"
		push "$token" "$(totals "$(day)" "$xp" 1 1 1)"
		expect_json ".level == {level: $number, title: \"${title/_/ }\", xp_from: $from, xp_next: $next}"
	done
}

# --- Pushing ---

@test "a push answers the state that it led to" {
	open_account
	push "$token" "$(totals "$(day)" 12 3 1 12)" "$(totals "$(day -1)" 8 2 2 8)"
	expect_status 200
	expect_sums 20 5 3 20
	expect_streak 2 2
	expect_json '.streak.last_day == .server_day and .streak.active_today'
	local pushed=$body
	state_of "$token" "$(day)"
	[ "$body" = "$pushed" ]
}

@test "of each figure of a day the largest value stays" {
	open_account
	push "$token" "$(totals "$(day)" 10 20 30 40)"
	push "$token" "$(totals "$(day)" 9 21 29 41)"
	expect_sums 10 21 30 41
	push "$token" "$(totals "$(day)" 11 1 31 1)"
	expect_sums 11 21 31 41
}

@test "the same days again change nothing, however often and in whatever order" {
	open_account
	local days=() i
	for i in {1..6}; do
		days+=("$(totals "$(day -"$i")" $((i * 7)) "$i" "$i" "$i")")
	done
	push "$token" "${days[@]}"
	local first=$body
	push "$token" "${days[5]}" "${days[0]}" "${days[3]}"
	push "$token" "${days[2]}"
	push "$token" "${days[4]}" "${days[1]}"
	expect_status 200
	[ "$body" = "$first" ]
}

@test "any order of the same pushes leads to the same state" {
	local order a b
	a=$(totals "$(day -2)" 5 1 1 5)
	b=$(totals "$(day -2)" 9 3 2 9)
	for order in "$a $b" "$b $a"; do
		open_account
		# shellcheck disable=SC2086 # two
		set -- $order
		push "$token" "$1" "$(totals "$(day)" 1)"
		push "$token" "$2" "$(totals "$(day -1)" 2)"
		jq -S 'del(.account_id, .handle)' "$body_file" >>"$BATS_TEST_TMPDIR/states"
	done
	jq -es '.[0] == .[1] and .[0].xp == 12' "$BATS_TEST_TMPDIR/states"
}

@test "two devices that were used offline on the same day add up" {
	open_account
	local first=$token
	another_device "$first"
	push "$first" "$(totals "$(day)" 30 10 1 25)"
	push "$token" "$(totals "$(day)" 12 4 2 11)"
	expect_sums 42 14 3 36
	expect_streak 1 1
	expect_json '.devices == 2'
	state_of "$first"
	expect_sums 42 14 3 36
}

@test "an empty push is welcome and changes nothing" {
	open_account
	push "$token" "$(totals "$(day)" 5)"
	push "$token"
	expect_status 200
	expect_sums 5
}

@test "a day of zeros is no active day" {
	open_account
	push "$token" "$(totals "$(day)" 0)"
	expect_status 200
	expect_streak 0 0
	expect_json '.streak.last_day == null'
	api GET /sync/export '' "$token"
	expect_json '.devices[0].days == []'
}

@test "any one figure makes a day active" {
	local figures
	for figures in '1 0 0 0' '0 1 0 0' '0 0 1 0' '0 0 0 1'; do
		open_account
		# shellcheck disable=SC2086 # four
		push "$token" "$(totals "$(day)" $figures)"
		expect_streak 1 1
	done
}

@test "the largest figures that a day can hold are taken" {
	open_account
	push "$token" "$(totals "$(day)" 100000 1440 1440 100000)"
	expect_status 200
	expect_sums 100000 1440 1440 100000
}

@test "400 days fit one push, from the first day that there can be to tomorrow" {
	open_account
	local days=("$(totals 2020-01-01 1)" "$(totals "$(day 1)" 1)") i
	for i in {1..398}; do
		days+=("$(totals "$(day -$((i * 2)))" 1)")
	done
	push_text "$(hex 8)" '' "$(day)" "${days[@]}" >"$BATS_TEST_TMPDIR/body.json"
	api POST /sync "@$BATS_TEST_TMPDIR/body.json" "$token"
	expect_status 200
	expect_sums 400
	api GET /sync/export '' "$token"
	expect_json '[.devices[0] | .days[].day, .months[].active_days[]] | sort | length == 400 and .[0] == "2020-01-01"'
}

@test "a device may date itself a day to either side of the server" {
	open_account
	local offset
	for offset in -1 0 1; do
		api POST /sync "$(push_text "$(hex 8)" '' "$(day $offset)")" "$token"
		expect_status 200
		another_device "$token"
	done
	for offset in -2 2; do
		api POST /sync "$(push_text "$(hex 8)" '' "$(day $offset)" "$(totals "$(day)" 5)")" "$token"
		expect_problem 422 clock_off /today
	done
	state_of "$token"
	expect_sums 0
}

# --- Streaks ---

@test "the streak is the run of active days that ends today or yesterday" {
	open_account
	push "$token" "$(totals "$(day -4)" 1)" "$(totals "$(day -3)" 1)" "$(totals "$(day -2)" 1)"
	expect_streak 0 3
	push "$token" "$(totals "$(day -1)" 1)"
	expect_streak 4 4
	expect_json '.streak.active_today == false'
	push "$token" "$(totals "$(day)" 1)"
	expect_streak 5 5
	expect_json '.streak.active_today == true'
}

@test "the streak is by the asking device's date" {
	open_account
	push "$token" "$(totals "$(day -2)" 1)" "$(totals "$(day -1)" 1)"
	state_of "$token" "$(day -1)"
	expect_streak 2 2
	expect_json .streak.active_today
	state_of "$token" "$(day)"
	expect_streak 2 2
	expect_json '.streak.active_today | not'
	state_of "$token" "$(day 1)"
	expect_streak 0 2
}

@test "where no device asks, a run that ended the day before yesterday is current" {
	open_account
	push "$token" "$(totals "$(day -3)" 1)" "$(totals "$(day -2)" 1)"
	expect_streak 0 2
	state_of "$token"
	expect_streak 2 2
	state_of "$token" "$(day)"
	expect_streak 0 2
	state_of "$token" "$(day -1)"
	expect_streak 2 2
}

@test "a run that reaches into a day that has not begun here counts up to here" {
	open_account
	push "$token" "$(totals "$(day -1)" 1)" "$(totals "$(day)" 1)" "$(totals "$(day 1)" 1)"
	state_of "$token" "$(day 1)"
	expect_streak 3 3
	state_of "$token" "$(day)"
	expect_streak 2 3
	expect_json .streak.active_today
	state_of "$token" "$(day -1)"
	expect_streak 1 3
	state_of "$token"
	expect_streak 3 3
}

@test "a run that begins tomorrow leaves yesterday's run current" {
	open_account
	push "$token" "$(totals "$(day -2)" 1)" "$(totals "$(day -1)" 1)" "$(totals "$(day 1)" 1)"
	state_of "$token" "$(day)"
	expect_streak 2 2
	expect_json '.streak.active_today | not'
	state_of "$token" "$(day 1)"
	expect_streak 1 2
}

@test "a late upload heals the streak" {
	open_account
	push "$token" "$(totals "$(day -3)" 1)" "$(totals "$(day -2)" 1)" "$(totals "$(day)" 1)"
	expect_streak 1 2
	push "$token" "$(totals "$(day -1)" 1)"
	expect_streak 4 4
}

@test "the active days of all devices make one streak" {
	open_account
	local first=$token
	another_device "$first"
	push "$first" "$(totals "$(day -4)" 1)" "$(totals "$(day -2)" 1)" "$(totals "$(day)" 1)"
	push "$token" "$(totals "$(day -3)" 1)" "$(totals "$(day -1)" 1)"
	expect_streak 5 5
}

@test "the longest streak stays when it is over, and old days can make it longer" {
	open_account
	local i days=()
	for i in 10 11 12 14 15; do
		days+=("$(totals "$(day -$i)" 1)")
	done
	push "$token" "${days[@]}"
	expect_streak 0 3
	push "$token" "$(totals "$(day)" 1)"
	expect_streak 1 3
	push "$token" "$(totals "$(day -13)" 1)"
	expect_streak 1 6
}
