#!/usr/bin/env bats
# bats file_tags=alone
#
# Somebody with one account and one address who wants all of the service for himself. Each of these held everybody
# up for seconds, or ended an executable, before there was what this tests.

load helper
load sync

setup_file() {
	command -v node >/dev/null
}

attack() { # NAME ARGUMENT...: sets came to what came of it
	came=$(node "$BATS_TEST_DIRNAME/hostile.mjs" "$url" "$1" "$token" "${@:2}")
	echo "# $came" >&3
}

holds() { # JQ: of what came of the attack
	jq -e "$1" <<<"$came" >/dev/null || {
		echo "does not hold: $1, of $came" >&2
		return 1
	}
}

memory_mib() { # PROCESS VmRSS|VmHWM
	awk -v which="$2:" '$1 == which { print int($2 / 1024) }' "/proc/$1/status"
}

@test "forty connections of one token that ask for the largest account wait for each other, and nobody else for them" {
	[[ $BUILD != *san-* ]] || skip 'a sanitizer takes the time that is measured here'
	service_start
	largest_account
	attack crowd /api/v1/sync/export 40 4
	# They are served, a few at a time, and told to come back where too many wait.
	holds '.statuses["200"] > 0 and .retryAfter and (.statuses | del(.["200"], .["429"], .["503"]) == {})'
	holds '.beside.most < 3000 and .beside.median < 10 * .quiet.median + 50'
	[ "$(memory_mib "$(pids_of sync.fcgi)" VmHWM)" -lt 150 ]
}

@test "sixty requests whose sockets are closed at once hold nobody up" {
	[[ $BUILD != *san-* ]] || skip 'a sanitizer takes the time that is measured here'
	service_start
	largest_account
	attack gone /api/v1/sync/export 60
	holds '.status == 200 and .first < 2000 and .again < 8 * .alone'
	grep -q 'route=/export status=499 code=-' "$state/log/sync.fcgi.log"
}

@test "eight slow readers of the largest export hold a few threads and little memory, and no transaction" {
	[[ $BUILD != *san-* ]] || skip 'a sanitizer needs memory of its own'
	service_start
	largest_account
	local process wal
	process=$(pids_of sync.fcgi)
	attack slow /api/v1/sync/export 8 6
	# One of them is served, so slowly as it reads; the others were told to come again.
	holds '(.taken | map(select(. > 50000)) | length) >= 1'
	holds '.beside.most < 3000 and .beside.median < 10 * .quiet.median + 50'
	[ "$(memory_mib "$process" VmHWM)" -lt 64 ]
	echo "# sync.fcgi: $(memory_mib "$process" VmHWM) MiB at most" >&3
}

@test "what is exported while others write is one moment of the account" {
	service_start
	open_account
	local i writer
	(
		chain=()
		BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/writer
		mkdir "$BATS_TEST_TMPDIR"
		for ((i = 1; i < 60; i++)); do
			push "$token" "$(totals "$(day 0)" "$i" "$i" "$i" "$i")" "$(totals "$(day -1)" "$i" "$i" "$i" "$i")"
		done
	) >/dev/null 2>&1 &
	writer=$!
	while kill -0 "$writer" 2>/dev/null; do
		api GET /sync/export '' "$token"
		expect_status 200
		# Both days rise together, and the account's sum with them.
		expect_json '([.devices[].days[].xp] | add // 0) == .totals.xp and ([.devices[].days[].xp] | unique | length) <= 1'
	done
	wait "$writer"
	api GET /sync/export '' "$token"
	expect_json '.totals.xp == 118'
}
