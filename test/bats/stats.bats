#!/usr/bin/env bats
# Statistics about the own practice. What they come to is held against the export, which is nothing but
# rows, and against the merged state.

load helper
load sync

setup_file() {
	service_start
}

me() { # TOKEN [TODAY]
	api GET "/stats/me${2:+?today=$2}" '' "$1"
	expect_status 200
}

history() { # TOKEN [QUERY]
	api GET "/stats/me/history${2:-}" '' "$1"
	expect_status 200
}

# An account of two devices and an import, with practice on about a third of so many days.
practised() { # DAYS
	local device back days=() old=()
	random_from_seed
	open_account
	device=$token
	for ((back = 0; back < $1; back++)); do
		((RANDOM % 3)) || days+=("$(totals "$(day -$back)" $((RANDOM % 90)) $((RANDOM % 60 + 1)) $((RANDOM % 4)) $((RANDOM % 200)))")
		((RANDOM % 9)) || old+=("$(totals "$(day -$back)" $((RANDOM % 90)) 3 2 1)")
	done
	push "$device" "${days[@]}"
	expect_status 200
	another_device "$device"
	push "$token" "${days[@]:3:40}"
	import "$token" "$(hex 32)" "$(list "${old[@]}")" "$(sums 70 60 50 40)" "$(claim 5 "$(day -20)" 9)"
	expect_status 200
	token=$device
}

# What the export comes to by a period, as the first ten or seven letters of a day name it.
sums_of_export() { # LETTERS
	jq -S --argjson letters "$1" '[.devices[], .imports[] | (.days[] | {at: .day[:$letters], xp, minutes, sessions, cycles}),
			(.months[] | {at: .month[:$letters], xp, minutes, sessions, cycles})]
		| group_by(.at) | map({key: .[0].at, value: {xp: map(.xp) | add, minutes: map(.minutes) | add,
			sessions: map(.sessions) | add, cycles: map(.cycles) | add}})
		| from_entries' "$BATS_TEST_TMPDIR/export"
}

# The same of the history that was asked for last; claimed days without practice are none of an export's.
sums_of_history() { # LETTERS
	jq -S --argjson letters "$1" '.series | map(select(.xp + .minutes + .sessions + .cycles > 0)
		| {key: .first_day[:$letters], value: {xp, minutes, sessions, cycles}}) | from_entries' "$body_file"
}

# --- What has been reached ---

@test "totals, level and streak are those of the merged state, whatever today is where one asks" {
	practised 40
	local today state
	for today in '' "$(day -1)" "$(day)" "$(day 1)"; do
		state_of "$token" "$today"
		state=$(jq -S '{xp, minutes, sessions, cycles, level, streak}' "$body_file")
		me "$token" "$today"
		expect_json '{xp, minutes, sessions, cycles, level, streak} == $state' --argjson state "$state"
	done
}

@test "who has practised nothing has nothing, and every level and streak before it" {
	open_account
	me "$token"
	expect_json '[.xp, .active_days, .best_day, .regular_weekday] == [0, 0, null, null]'
	expect_json '.weekdays == [0, 0, 0, 0, 0, 0, 0]'
	expect_json '.next == {level: {level: 2, title: "Breathing Novice", missing_xp: 50},
		streaks: [{days: 3, missing_days: 3}, {days: 7, missing_days: 7}, {days: 14, missing_days: 14}]}'
	expect_json '[.week, .month | .current, .previous, .previous_so_far | .xp, .active_days] | add == 0'
	history "$token"
	expect_json '[.series, .folded] == [[], []]'
}

@test "a day's XP are those of all devices and imports; the best day is the latest of the best" {
	open_account
	local first=$token
	push "$first" "$(totals "$(day -1)" 30)" "$(totals "$(day -5)" 50)" "$(totals "$(day -9)" 50)"
	another_device "$first"
	push "$token" "$(totals "$(day -1)" 30)"
	me "$first"
	expect_json '.best_day == {day: $day, xp: 60, minutes: 60, sessions: 60, cycles: 60}' --arg day "$(day -1)"
	import "$first" "$(hex 32)" "$(list "$(totals "$(day -9)" 10)" "$(totals "$(day -5)" 10 11)")" "$(sums 900)"
	me "$first"
	# Of three days with 60 XP the one of most minutes.
	expect_json '[.best_day.day, .best_day.minutes] == [$day, 61]' --arg day "$(day -5)"
	import "$first" "$(hex 32)" "$(list "$(totals "$(day -9)" 0 1)")"
	me "$first"
	expect_json '.best_day.day == $day' --arg day "$(day -5)"
	# A day that could be folded already is none.
	push "$first" "$(totals "$(day -431)" 1400)" "$(totals "$(day -430)" 1300)"
	expect_status 200
	me "$first"
	expect_json '.best_day.day == $day' --arg day "$(day -430)"
}

@test "this week and month stand beside the previous ones, whole and up to the same day" {
	open_account
	local back days=() today monday first previous
	for ((back = 0; back < 70; back++)); do
		days+=("$(totals "$(day -$back)" $((back + 1)))")
	done
	push "$token" "${days[@]}"
	expect_status 200
	for today in "$(day -1)" "$(day)"; do
		monday=$(date -u -d "$today -$(($(date -u -d "$today" +%u) - 1)) days" +%F)
		first=$(date -u -d "$today" +%Y-%m-01)
		previous=$(date -u -d "$first -1 month" +%F)
		me "$token" "$today"
		cp "$body_file" "$BATS_TEST_TMPDIR/me"
		history "$token" "?by=day&from=$(day -69)"
		# Each of the six from the days themselves.
		jq -e --slurpfile me "$BATS_TEST_TMPDIR/me" --arg today "$today" --arg monday "$monday" --arg first "$first" \
			--arg previous "$previous" '
			def later(n): strptime("%Y-%m-%d") | mktime + n * 86400 | strftime("%Y-%m-%d");
			def day_number: strptime("%Y-%m-%d") | mktime / 86400;
			def least(a; b): if a < b then a else b end;
			.series as $days | def of(a; b): [$days[] | select(.first_day >= a and .first_day <= b)] | {xp: map(.xp) | add, active_days: length};
			def same(a; b): . as $span | ($span | {first_day, last_day, xp, active_days}) == ({first_day: a, last_day: b} + of(a; b));
			($me[0].week.current | same($monday; $monday | later(6))) and
			($me[0].week.previous | same($monday | later(-7); $monday | later(-1))) and
			($me[0].week.previous_so_far | same($monday | later(-7); $today | later(-7))) and
			($me[0].month.current | .first_day == $first and .xp == of($first; "9").xp) and
			($me[0].month.previous | same($previous; $first | later(-1))) and
			($me[0].month.previous_so_far | same($previous;
				least($first | later(-1); $previous | later(($today | day_number) - ($first | day_number)))))' \
			"$body_file" || {
			jq . "$BATS_TEST_TMPDIR/me"
			return 1
		}
	done
}

@test "where the month before is the shorter one it is compared as a whole" {
	service_start "BREATH_DAY_SHIFT=$(($(day_number 2031-03-31) - $(day_number "$(day)")))" "STATE=$BATS_TEST_TMPDIR/later"
	open_account
	api POST /sync "$(push_text "$(hex 8)" '' 2031-03-31 "$(totals 2031-02-28 5)" "$(totals 2031-03-01 7)")" "$token"
	expect_status 200
	me "$token" 2031-03-31
	expect_json '.month.previous == .month.previous_so_far and .month.previous.xp == 5'
	expect_json '[.month.previous.first_day, .month.previous.last_day] == ["2031-02-01", "2031-02-28"]'
	me "$token" 2031-03-30
	expect_json '.month.previous == .month.previous_so_far'
}

@test "the most regular weekday is the one with most active days, the first of equals" {
	open_account
	# Two Tuesdays, two Sundays, three Fridays.
	api POST /sync "$(push_text "$(hex 8)" '' "$(day)" "$(totals 2026-01-06 1)" "$(totals 2026-01-13 1)" \
		"$(totals 2026-01-04 1)" "$(totals 2026-01-11 1)" "$(totals 2026-01-02 1)" "$(totals 2026-01-09 1)" \
		"$(totals 2026-01-16 1)")" "$token"
	me "$token"
	expect_json '[.weekdays, .regular_weekday, .active_days] == [[0, 2, 0, 0, 3, 0, 2], 5, 7]'
	push "$token"
	open_account
	push "$token" "$(totals 2026-01-06 1)" "$(totals 2026-01-04 1)"
	me "$token"
	expect_json '.regular_weekday == 2'
}

@test "what comes next: the next level, and streaks beyond the longest, counted from the current one" {
	open_account
	push "$token" "$(totals "$(day)" 140)" "$(totals "$(day -1)" 5)"
	me "$token"
	expect_json '.next.level == {level: 3, title: "Calm Coder", missing_xp: 5}'
	expect_json '.next.streaks[0] == {days: 3, missing_days: 1}'
	import "$token" "$(hex 32)" '[]' "$(sums 5000)" "$(claim 7 "$(day -30)" 20)"
	me "$token"
	expect_json '.next == {level: null, streaks: [{days: 30, missing_days: 28}, {days: 60, missing_days: 58}, {days: 100, missing_days: 98}]}'
	expect_json '.level.xp_next == null and .undated.xp == 5000 and .xp == 5145'
}

# --- History ---

@test "days, weeks and months come to what the export has, and all of them to the totals" {
	practised 360
	local by
	api GET /sync/export '' "$token"
	expect_status 200
	cp "$body_file" "$BATS_TEST_TMPDIR/export"
	[ "$(sums_of_export 10 | jq length)" -gt 100 ]
	history "$token" '?by=day'
	diff <(sums_of_history 10) <(sums_of_export 10)
	history "$token" '?by=month'
	diff <(sums_of_history 7) <(sums_of_export 7)
	me "$token"
	local total undated
	total=$(json .xp) undated=$(json .undated.xp)
	for by in day week month; do
		history "$token" "?by=$by&from=$(day -400)"
		expect_json '(.series | map(.xp) | add) + $undated == $total' --argjson total "$total" --argjson undated "$undated"
		expect_json '.series | map(.first_day) | . == sort and . == unique'
	done
	# Each week is from a Monday to a Sunday, and holds its days.
	history "$token" '?by=day'
	cp "$body_file" "$BATS_TEST_TMPDIR/days"
	history "$token" '?by=week'
	expect_json 'def at: strptime("%Y-%m-%d") | mktime; .series | length > 40 and all(
		(.first_day | strptime("%Y-%m-%d") | strftime("%u")) == "1" and ((.last_day | at) - (.first_day | at) == 6 * 86400))'
	jq -e --slurpfile days "$BATS_TEST_TMPDIR/days" 'all(.series[]; . as $week | [$days[0].series[]
		| select(.first_day >= $week.first_day and .first_day <= $week.last_day)]
		| ($week.xp == (map(.xp) | add)) and ($week.active_days == (map(.active_days) | add)))' "$body_file"
}

@test "folding moves days into months, and no sum and no month changes" {
	random_from_seed
	service_start "STATE=$BATS_TEST_TMPDIR/fold"
	open_account
	local first=$token before days=() back
	for ((back = 380; back < 520; back += 3)); do
		days+=("$(totals "$(day -$back)" $((RANDOM % 50 + 1)) 5 4 3)")
	done
	push "$first" "${days[@]}"
	another_device "$first"
	push "$token" "${days[@]:10:20}"
	import "$first" "$(hex 32)" "$(list "${days[@]:5:30}")" "$(sums 9)" "$(claim 4 "$(day -470)" 6)"
	expect_status 200
	history "$first" "?by=month"
	cp "$body_file" "$BATS_TEST_TMPDIR/months"
	me "$first"
	before=$(jq -S 'del(.best_day)' "$body_file")
	# Somebody whose calendar says that the server's is right.
	open_account
	push "$token" "$(totals "$(day)" 1)"
	run -0 breathctl purge
	[ "$(database 'SELECT count(*) FROM month')" -gt 5 ]
	history "$first" "?by=month"
	diff <(jq -S . "$BATS_TEST_TMPDIR/months") <(jq -S . "$body_file")
	me "$first"
	diff <(echo "$before") <(jq -S 'del(.best_day)' "$body_file")
	# By day and by week they stand beside the series, with their active days.
	local by total
	total=$(json '.xp - .undated.xp')
	history "$first" "?by=day&from=$(day -600)"
	expect_json '(.series + .folded | map(.xp) | add) == $total' --argjson total "$total"
	expect_json '.folded | length >= 3 and all(.active_days | length > 0)'
	# What an import claims is a day of the series, since nothing was counted on it that could be folded.
	expect_json 'any(.series[]; .first_day == $claimed and .xp == 0 and .active_days == 1)' --arg claimed "$(day -472)"
	history "$first" "?by=week&from=$(day -600)"
	expect_json '(.series + .folded | map(.xp) | add) == $total' --argjson total "$total"
	# Folded months outside of what is asked for are left out.
	history "$first" "?by=week&from=$(day -300)"
	expect_json '.folded == []'
	run -0 breathctl check
}

@test "a history is of what was asked for: whole periods, by default a year of days, or all of them" {
	open_account
	push "$token" "$(totals "$(day 1)" 1)" "$(totals "$(day)" 2)" "$(totals "$(day -364)" 4)" "$(totals "$(day -365)" 8)" "$(totals 2020-01-01 16)"
	history "$token"
	expect_json '[.by, .from, .to] == ["day", $from, $to] and (.series | map(.xp)) == [4, 2, 1]' --arg from "$(day -364)" --arg to "$(day 1)"
	history "$token" "?from=$(day)&to=$(day)"
	expect_json '[.from, .to] == [$day, $day] and (.series | map(.xp)) == [2]' --arg day "$(day)"
	history "$token" '?by=week'
	expect_json '.from == "2019-12-30" and (.series + .folded | map(.xp) | add) == 31'
	history "$token" '?by=month&from=2020-01-31&to=2020-02-01'
	expect_json '[.from, .to] == ["2020-01-01", "2020-02-29"] and (.series | map(.xp)) == [16]'
	expect_json '.series[0] == {first_day: "2020-01-01", last_day: "2020-01-31", xp: 16, minutes: 16, sessions: 16, cycles: 16, active_days: 1}'
}

@test "a history that ends before it begins, or has more days than it may, is refused" {
	open_account
	api GET "/stats/me/history?from=$(day)&to=$(day -1)" '' "$token"
	expect_problem 422 out_of_range '?from'
	api GET "/stats/me/history?from=$(day -731)&to=$(day)" '' "$token"
	expect_status 200
	api GET "/stats/me/history?from=$(day -732)&to=$(day)" '' "$token"
	expect_problem 422 out_of_range '?from'
	api GET "/stats/me/history?from=2020-01-01&by=week" '' "$token"
	expect_status 200
}

# --- Nobody else's ---

@test "whose figures they are is said by the token alone, and nobody keeps them" {
	open_account
	local other=$token others=$account_id
	push "$other" "$(totals "$(day)" 4711)"
	open_account
	for path in me me/history; do
		api GET "/stats/$path" '' "$token"
		expect_status 200
		expect_header cache-control 'private, no-store'
		[[ $body != *4711* ]]
		api GET "/stats/$path?account_id=$others" '' "$token"
		expect_problem 422 unknown_member '?account_id'
		api GET "/stats/$path"
		expect_problem 401 token_missing
	done
	api DELETE /sync/account '' "$other"
	api GET /stats/me '' "$other"
	expect_problem 401 token_unknown
}

@test "what a merge brings together is in the figures at once, and what is erased is not" {
	open_account
	local first=$token
	push "$first" "$(totals "$(day)" 10)"
	pairing_code "$first"
	open_account
	push "$token" "$(totals "$(day)" 5)" "$(totals "$(day -1)" 5)"
	local source
	source=$(hex 32)
	import "$token" "$source" "$(list "$(totals "$(day -1)" 7)")" "$(sums 3)"
	redeem "$code" "$token" true
	expect_status 200
	history "$first"
	expect_json '.series | map(.xp) == [12, 15]'
	me "$first"
	expect_json '[.xp, .undated.xp, .best_day.xp] == [30, 3, 15]'
	api DELETE "/sync/imports/$source" '' "$first"
	history "$first"
	expect_json '.series | map(.xp) == [5, 15]'
	me "$first"
	expect_json '[.xp, .undated.xp] == [20, 0]'
}
