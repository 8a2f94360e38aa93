#!/usr/bin/env bats
# bats file_tags=alone
#
# The largest account that there can be, and somebody who asks for all of it at once, or for all that is made of it.

load helper
load sync

memory_mib() { # PROCESS VmRSS|VmHWM: now, or at most since it began
	awk -v which="$2:" '$1 == which { print int($2 / 1024) }' "/proc/$1/status"
}

@test "the largest account's export asked for by everybody at once: all of it each time, and memory stays" {
	[[ $BUILD != *san-* ]] || skip 'a sanitizer needs memory of its own'
	service_start
	largest_account
	local process asks=() i statuses=$BATS_TEST_TMPDIR/statuses
	process=$(pids_of sync.fcgi)
	for ((i = 0; i < 24; i++)); do
		curl -sS -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $token" "$url/api/v1/sync/export" >>"$statuses" &
		asks+=($!)
	done
	# Meanwhile everything else goes on, exports of what people have among it, as many as there are.
	local large=$token others=() all=$BATS_TEST_TMPDIR/others
	open_account
	push "$token" "$(totals "$(day 0)" 5 1 1 5)"
	expect_status 200
	for ((i = 0; i < 24; i++)); do
		curl -sS -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $token" "$url/api/v1/sync/export" >>"$all" &
		others+=($!)
	done
	token=$large
	for ((i = 0; i < 10; i++)); do
		state_of "$token"
	done
	wait "${asks[@]}" "${others[@]}"
	[ "$(grep -cx 200 "$all")" = 24 ]
	[ "$(grep -cx 200 "$statuses")" -ge 1 ]
	run ! grep -vxE '200|429|503' "$statuses"
	echo "# $(grep -cx 200 "$statuses") exports of 24, sync.fcgi: $(memory_mib "$process" VmHWM) MiB at most" >&3
	[ "$(memory_mib "$process" VmHWM)" -lt 64 ]
	api GET /sync/export '' "$token"
	expect_status 200
	expect_header content-type application/json
	expect_header content-length "$(stat -c %s "$body_file")"
	expect_json '[.devices[].days[]] | length == 430 * 128'
	local etag
	etag=$(header etag)
	fetch /api/v1/sync/export -H "Authorization: Bearer $token" -H "If-None-Match: $etag"
	expect_status 304
	fetch /api/v1/sync/export -I -H "Authorization: Bearer $token"
	expect_status 200
	expect_header etag "$etag"
}

# lists_cpu PROCESS: prints what processor time it takes for ten lists of the shares of $token, in hundredths of a second.
lists_cpu() {
	local i began
	began=$(awk '{ print $14 + $15 }' "/proc/$1/stat")
	for ((i = 0; i < 10; i++)); do
		api GET /stats/me/shares '' "$token"
		expect_status 200
	done
	echo $(($(awk '{ print $14 + $15 }' "/proc/$1/stat") - began))
}

@test "a list of all shares that there may be costs little more than one of a single share" {
	# A sanitizer takes the time that is measured here.
	needs plain-build
	service_start
	largest_account
	local process one all i
	process=$(pids_of stats.fcgi)
	api POST /stats/me/shares '{"what":"xp"}' "$token"
	one=$(lists_cpu "$process")
	for ((i = 1; i < 32; i++)); do
		api POST /stats/me/shares '{"what":"week"}' "$token"
		expect_status 201
	done
	all=$(lists_cpu "$process")
	echo "# ten lists: ${one}0 ms of processor for one share, ${all}0 ms for 32" >&3
	[ "$all" -lt $((3 * one + 10)) ]
}
