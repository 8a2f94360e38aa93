#!/usr/bin/env bats
# bats file_tags=alone
#
# Too much, or too little of everything: descriptors, memory, clients, bytes. What is refused is refused by a
# typed error, who behaves is served, and nothing that was acknowledged is lost. At the end, all at once.

load helper
load sync
load load

setup_file() {
	gcc -shared -fPIC -O2 -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/disk.so" \
		"$BATS_TEST_DIRNAME/../fault/disk.c" -ldl
}

crowd() { # WHAT COUNT SECONDS, 0: until SIGTERM
	node "$BATS_TEST_DIRNAME/../fault/crowd.mjs" "$url" "$@" >"$BATS_TEST_TMPDIR/crowd.$1" 2>&1 3>&- &
	crowd_pid=$!
}

# What a process takes, in KiB.
memory_of() { # PID
	awk '/^Rss:/ { sum += $2 } END { print sum + 0 }' "/proc/$1/smaps_rollup"
}

complaints() {
	grep -c 'cannot accept connections: Too many open files' "$state/log/sync.fcgi.log" || :
}

complains_again() { # COUNT
	[ "$(complaints)" -gt "$1" ]
}

@test "an executable without a free descriptor: requests wait, and all of them are answered once there are some" {
	service_start
	local pid open limit turn said
	pid=$(pids_of sync.fcgi)
	open_account
	push "$token" "$(totals "$(day)" 5)"
	load_start
	open=$(find "/proc/$pid/fd" | wc -l)
	limit=$(prlimit --pid "$pid" --nofile --noheadings --raw -o SOFT)
	for turn in {1..3}; do
		said=$(complaints)
		prlimit --pid "$pid" --nofile="$((open / 2)):"
		eventually complains_again "$said"
		prlimit --pid "$pid" --nofile="$limit:"
		pushes_go_on
	done
	load_stop 'no descriptors'
	[[ $(<"$BATS_TEST_TMPDIR/load") == *', 0 failures, 0 unavailable, '* ]]
	[ "$(pids_of sync.fcgi)" = "$pid" ]
	run -0 breathctl check
}

@test "an executable that gets no more memory dies alone, is started again, and nothing acknowledged is lost" {
	# A sanitizer maps more than there is.
	needs plain-build
	service_start
	local pid others turn
	load_start
	others=$(pids_of leaderboard.fcgi)
	# Some need nothing more for a while; one at least has to die of it.
	for turn in {1..12}; do
		[ "$turn" -le 4 ] || ! died_of_itself || break
		pid=$(pids_of sync.fcgi)
		# Less than it has: whatever it asks for next, it does not get.
		prlimit --pid "$pid" --as=1000000:
		open_account || :
		api POST /sync/pairings "$(head -c 60000 /dev/zero | tr '\0' ' ')" "${token:-}" || :
		[[ $status_code != 000 ]]
		eventually has_lived sync.fcgi
		for pid in $(pids_of sync.fcgi); do kill -KILL "$pid" || :; done
		eventually answers 401 /api/v1/sync
	done
	died_of_itself
	load_stop 'no memory'
	[ "$(pids_of leaderboard.fcgi)" = "$others" ]
	run -0 breathctl check
}

died_of_itself() {
	grep -q '^run: sync.fcgi died (status 134)' "$BATS_TEST_TMPDIR/run.log"
}

# are_connected COUNT: has nginx so many connections at least?
are_connected() {
	local port
	printf -v port ':%04X ' "${url##*:}"
	[ "$(awk -v port="$port" 'index($2 " ", port) && $4 == "01"' /proc/net/tcp | wc -l)" -ge "$1" ]
}

@test "slow clients by the thousand: who is not slow is served, and memory stays" {
	service_start
	local before after alone beside
	open_account
	load_start
	alone=$(reads_ms 50)
	before=$(memory_of "$(pids_of sync.fcgi)")
	crowd slow 1000 0
	local slow=$crowd_pid
	crowd stall 500 0
	eventually are_connected 1400
	beside=$(reads_ms 50)
	echo "# 50 reads: $alone ms; beside 1,500 slow clients: $beside ms" >&3
	# Behind one slow client each, they would take minutes.
	[ "$beside" -lt $((10 * alone + 20000)) ]
	pushes_go_on 500
	after=$(memory_of "$(pids_of sync.fcgi)")
	kill "$slow" $crowd_pid
	wait "$slow" $crowd_pid
	load_stop 'slow clients'
	[[ $(<"$BATS_TEST_TMPDIR/load") == *', 0 unavailable, '* ]]
	# They cost something, and starve nobody: who waited for one of them would wait until it goes.
	[ "$(sed 's/.*, \([0-9]*\) ms at most .*/\1/' "$BATS_TEST_TMPDIR/load")" -lt 8000 ]
	echo "# memory of sync.fcgi: $before -> $after KiB" >&3
	[ "$after" -lt $((before + 8192)) ]
	run -0 breathctl check
}

@test "bodies that are oversized or never end are refused with 413, and memory stays" {
	service_start
	local before after
	load_start
	before=$(memory_of "$(pids_of sync.fcgi)")
	crowd endless 60 6
	local endless=$crowd_pid
	crowd oversized 60 6
	wait "$endless" $crowd_pid
	pushes_go_on
	after=$(memory_of "$(pids_of sync.fcgi)")
	cat "$BATS_TEST_TMPDIR/crowd.endless" "$BATS_TEST_TMPDIR/crowd.oversized" | sed 's/^/# /' >&3
	# Of an endless one the answer may be lost with the connection; of the other it is read.
	[[ $(<"$BATS_TEST_TMPDIR/crowd.oversized") == *'connections; 413: '[1-9]* ]]
	run ! grep -E '; .*(200|500|502|504): ' "$BATS_TEST_TMPDIR/crowd.oversized" "$BATS_TEST_TMPDIR/crowd.endless"
	load_stop 'endless bodies'
	[[ $(<"$BATS_TEST_TMPDIR/load") == *', 0 unavailable, '* ]]
	[ "$after" -lt $((before + 8192)) ]
	[ -z "$(find "$state/tmp" -type f -size +0)" ]
	run -0 breathctl check
}

# --- All at once ---

fault() {
	echo "${1:-}" >"$state/fault"
}

# Backups over and over, each with what was acknowledged before it began; prints how many there are.
back_up_until() { # FILE THAT ENDS IT
	local made=0
	while [ ! -e "$1" ]; do
		cp "$journal" "$BATS_TEST_TMPDIR/journal.$made"
		if breathctl backup >>"$BATS_TEST_TMPDIR/backups" 2>&1; then
			mv "$state/backup/breath-$(day).db" "$BATS_TEST_TMPDIR/backup.$made.db"
			made=$((made + 1))
		fi
		sleep 0.3
	done
	echo $made
}

@test "backups during all of it: each restores, passes check and has what was acknowledged before it; nothing is lost" {
	# A sanitizer wants to be loaded first itself.
	needs plain-build
	service_start LD_PRELOAD="$BATS_FILE_TMPDIR/disk.so" FAULT_FILE=/breath.db FAULT_CONTROL="$BATS_TEST_TMPDIR/state/fault"
	local backups crowds=() word made turn
	load_start
	back_up_until "$BATS_TEST_TMPDIR/enough" >"$BATS_TEST_TMPDIR/made" 3>&- &
	backups=$!
	random_from_seed
	crowd slow 300 0
	crowds+=("$crowd_pid")
	crowd endless 10 0
	crowds+=("$crowd_pid")
	crowd oversized 10 0
	crowds+=("$crowd_pid")
	for word in slow enospc eio fsync erofs; do
		pushes_go_on 200
		fault $word
		sleep "0.$((RANDOM % 5 + 1))"
		kill_one sync.fcgi
		fault
		pushes_go_on 20
		kill_one nginx
		pushes_go_on 20
		kill_one leaderboard.fcgi
	done
	eventually [ -e "$BATS_TEST_TMPDIR/backup.4.db" ]
	touch "$BATS_TEST_TMPDIR/enough"
	wait $backups
	kill "${crowds[@]}"
	wait "${crowds[@]}"
	eventually answers 401 /api/v1/sync
	load_stop 'all at once'
	run -0 breathctl check
	made=$(<"$BATS_TEST_TMPDIR/made")
	echo "# $made backups meanwhile" >&3
	[ "$made" -ge 5 ]
	service_stop
	for ((turn = 0; turn < made; turn++)); do
		node "$BATS_TEST_DIRNAME/journal-in-backup.mjs" "$BATS_TEST_TMPDIR/journal.$turn" \
			"$BATS_TEST_TMPDIR/backup.$turn.db" || [ $turn = 0 ]
		run -0 breathctl restore "$BATS_TEST_TMPDIR/backup.$turn.db"
		run -0 breathctl check
	done
}
