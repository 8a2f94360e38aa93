#!/usr/bin/env bats
# Shares beside boards: nobody can find the row of a board that a share belongs to (lib/game/veil.h).

load helper
load sync
load boards
load shares

# people XP...: as many on boards, each with so much today; sets tokens and handles.
people() {
	local xp
	tokens=() handles=()
	for xp; do
		member "$xp"
		tokens+=("$token")
		handles+=("$handle")
	done
}

# push_on OFFSET TOKEN XP: so much on a day of a calendar that was shifted.
push_on() {
	local push
	push=$(hex 8)
	api POST /sync "$(push_text "$push" "${chain[$2]:-}" "$(day "$1")" "$(totals "$(day "$1")" "$3")")" "$2"
	expect_status 200
	chain[$2]=$push
}

@test "whoever is on boards shares bands" {
	service_start
	people 567 540 560 600 599 30 31 32 33 34
	share "${tokens[0]}" xp
	[ "$shows" = '500+ XP' ]
	expect_json '.in_bands and .value == 500'
	expect_message '500+ XP' "$id"
	share "${tokens[0]}" week
	[ "$shows" = '500+ XP in a week' ]
	expect_json '.in_bands and .value == 500'
	share "${tokens[0]}" level
	[ "$shows" = 'Level 5+' ]
	expect_json '.in_bands and .value == 5'
	share "${tokens[5]}" xp
	[ "$shows" = '25+ XP' ]
	fetch "/s/$id"
	grep -qF '<h1>25+ experience points of breathing</h1>' "$body_file"
	run ! grep -qF '>30' "$body_file"
}

@test "on a board of few a share says no figure at all" {
	service_start
	people 567 540 560 600
	local what
	for what in streak level xp week; do
		share "${tokens[0]}" $what
		[ "$shows" = practising ]
		expect_json '.in_bands and .value == 0'
	done
	expect_message practising "$id"
	fetch "/s/$id"
	grep -qF '<h1>Practising one breath at a time</h1>' "$body_file"
}

@test "each band that is told has five people or more in it, and whoever is alone is told with others" {
	service_start
	local bands=$BATS_TEST_TMPDIR/bands xp what i
	people 600 599 500 499 260 250 249 101 100 99 98 60 55 51 50 49 26 25 24 11 10 9 3
	# Streaks of the same people.
	for i in "${!tokens[@]}"; do
		for ((k = 1; k <= (23 - i) * (23 - i) / 10; k++)); do
			printf '%s\n' "$(totals "$(day -$k)" 1)"
		done >"$BATS_TEST_TMPDIR/days"
		mapfile -t days <"$BATS_TEST_TMPDIR/days"
		push "${tokens[i]}" "${days[@]}"
		expect_status 200
	done
	for what in streak level xp week; do
		for i in "${!tokens[@]}"; do
			share "${tokens[i]}" $what
			echo "$shows"
		done >"$bands"
		# Several bands, and no exact figure.
		[ "$(sort -u "$bands" | wc -l)" -ge 3 ]
		run ! grep -vE '^([0-9,]+\+ (day streak|XP|XP in a week)|Level [0-9](\+|$)|practising$)' "$bands"
		sort "$bands" | uniq -c | while read -r count band; do
			[ "$count" -ge 5 ] || {
				echo "$what: only $count share '$band'"
				return 1
			}
		done
	done
}

@test "who leaves a band is seen to on the next Monday, on whatever day the board showed it" {
	# From a Monday on.
	local shift=$(((8 - $(date -u +%u)) % 7 + 7)) xp i
	service_start "BREATH_DAY_SHIFT=$shift"
	for xp in 600 600 600 600 600 30 30 30 30 30 30; do
		member
		push_on $shift "$token" $xp
	done
	share "$token" xp
	[ "$shows" = '25+ XP' ]
	for i in 1 2 3 6; do
		restart_on $((shift + i))
		push_on $((shift + i)) "$token" 600
		expect_shows '25+ XP' "$token" "$id"
	done
	[ "$(value_of "$handle" '?period=all')" = 2430 ]
	restart_on $((shift + 7))
	expect_shows '500+ XP' "$token" "$id"
}

@test "what a share has shown exactly is on no board afterwards" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 123)" "$(totals "$(day -1)" 45)"
	share "$token" xp
	[ "$shows" = '168 XP' ]
	show "$token" true
	expect_json '.from_day == $day' --arg day "$(day 1)"
	board '?period=all'
	expect_json '.total == 0'
	push "$token" "$(totals "$(day)" 150)"
	expect_value 0 "$handle" '?period=all'
	# What comes now was never shown.
	push "$token" "$(totals "$(day 1)" 7)"
	expect_value 7 "$handle" '?period=all'
	expect_shows practising "$token" "$id"
	expect_clean
}

@test "that holds when the share was withdrawn before, and when the account is withheld at first" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 123)"
	share "$token" streak
	withdraw "$token" "$id"
	api POST /leaderboard/me/handle '' "$token"
	handle=$(json .handle)
	push "$token" "$(totals "$(day 1)" 45)"
	breathctl moderate withhold "$handle" implausible
	show "$token" true
	breathctl moderate lift "$handle"
	board '?period=all'
	expect_json '.total == 0'
	expect_clean
}

@test "whoever joins without having shared loses nothing by sharing afterwards" {
	service_start
	member 123
	share "$token" xp
	expect_value 123 "$handle"
	show "$token" false
	show "$token" true
	expect_json '.from_day == null'
	expect_value 123 "$handle"
}

@test "a share stays in bands after its owner has left, since what was seen is not left" {
	service_start
	people 123 123 123 123 123 123
	token=${tokens[0]}
	share "$token" xp
	[ "$shows" = '100+ XP' ]
	show "$token" false
	expect_shows '100+ XP' "$token" "$id"
	expect_message '100+ XP' "$id"
	share "$token" xp
	[ "$shows" = '100+ XP' ]
	api POST /leaderboard/me/handle '' "$token"
	expect_shows '100+ XP' "$token" "$id"
}

@test "imports are in what is shared, and told in bands that boards do not know" {
	service_start
	people 60 60 60 60 60 300 300 300 300 300
	import "${tokens[0]}" "$(hex 32)" '[]' "$(sums 400)"
	share "${tokens[0]}" level
	[ "$shows" = 'Level 4+' ]
	share "${tokens[1]}" level
	[ "$shows" = 'Level 2+' ]
	board '?period=all'
	expect_json '[.entries[] | select(.value == 60).level] == [2, 2, 2, 2, 2]'
}

@test "an account with exact shares that is merged into one on boards brings nothing there that was shown" {
	service_start
	member 30
	local first=$token board_handle=$handle
	pairing_code "$first"
	open_account
	push "$token" "$(totals "$(day)" 123)"
	share "$token" xp
	redeem "$code" "$token" true
	expect_status 200
	expect_value 0 "$board_handle" '?period=all'
	api GET /sync/export '' "$first"
	expect_json '.boards.visible and .boards.ranked and (.boards.shared | not) and (.shares | length) == 1'
	expect_shows practising "$first" "$id"
	expect_clean
}

@test "an account that was on boards brings that to the one that it is merged into" {
	service_start
	open_account
	local first=$token
	push "$first" "$(totals "$(day)" 30)"
	share "$first" xp
	[ "$shows" = '30 XP' ]
	pairing_code "$first"
	member 123
	redeem "$code" "$token" true
	expect_status 200
	api GET /sync/export '' "$first"
	expect_json '.boards | (.visible | not) and .shared and .ranked'
	expect_shows practising "$first" "$id"
	show "$first" true
	expect_json '.from_day == $day' --arg day "$(day 1)"
	expect_clean
}
