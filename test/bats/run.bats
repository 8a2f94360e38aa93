#!/usr/bin/env bats
# conf/run, which is what `make run` starts: it serves, it stops, it leaves nothing behind.

load helper

# Fails if a process still uses STATE, or a socket is left in it.
expect_nothing_left() { # STATE
	flock -w 60 "$1/lock" true
	[ ! -e "$1/address" ]
	[ -z "$(find "$1" -type s)" ]
}

# The process ids of an executable's or nginx's processes on STATE.
pids_of() { # STATE NAME
	local fd
	for fd in /proc/[0-9]*/fd/9; do
		if [ "$fd" -ef "$1/lock" ] && grep -q "^$2" "${fd%/fd/9}/comm"; then
			cut -d / -f 3 <<<"$fd"
		fi
	done
}

@test "serves pages and API, and says where" {
	service_start
	grep -qF "at $url " "$BATS_TEST_TMPDIR/run.log"
	fetch /
	expect_status 200
	api GET /sync
	expect_status 401 token_missing
	api GET /stats/health
	expect_status 200
}

@test "an IPv6 address is taken with brackets and without" {
	local address
	for address in ::1 '[::1]'; do
		service_start ADDRESS="$address"
		[[ $url == http://\[::1\]:* ]]
		grep -qxF "public_url = $url" "$state/breath.conf"
		fetch / -g
		expect_status 200
		service_stop
	done
}

@test "a supervisor that cannot be reached is no reason not to start" {
	local pid
	# Such as a container or another unit leaves in the environment.
	service_start NOTIFY_SOCKET=/nonexistent/notify WATCHDOG_USEC=1000000
	service_stop
	# An executable that is started by itself does not pass over it in silence.
	cd "$state"
	NOTIFY_SOCKET=/nonexistent/notify WATCHDOG_USEC=1000000 setpriv --pdeathsig TERM \
		"$BUILD/sync.fcgi" -c breath.conf >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
	pid=$!
	eventually "$BUILD/breathctl" -c breath.conf probe sync
	kill -TERM "$pid"
	wait "$pid"
	[ "$(grep -c 'the supervisor cannot be reached' "$BATS_TEST_TMPDIR/said")" = 1 ]
}

@test "everything that it writes lies in STATE and is its owner's alone" {
	service_start
	[ -e "$state/breath.db" ]
	[ -z "$(find "$state" ! -type l -perm /077)" ]
}

@test "stops on SIGTERM, SIGINT and SIGHUP with 0 and leaves nothing behind" {
	local signal
	for signal in TERM INT HUP; do
		service_start
		kill -$signal "$service_pid"
		wait "$service_pid"
		expect_nothing_left "$state"
	done
}

@test "stops on Ctrl-C in a terminal" {
	mkfifo "$BATS_TEST_TMPDIR/keys"
	exec 7<>"$BATS_TEST_TMPDIR/keys"
	service_start TERMINAL="$BATS_TEST_TMPDIR/keys"
	printf '\003' >&7
	wait "$service_pid"
	expect_nothing_left "$state"
}

@test "starts again on the same state" {
	service_start
	api POST /sync/accounts '{"device":{"kind":"cli"}}'
	expect_status 201
	local token
	token=$(json .token)
	service_stop
	expect_nothing_left "$state"
	service_start
	api GET /sync '' "$token"
	expect_status 200
}

@test "two live side by side" {
	service_start STATE="$BATS_TEST_TMPDIR/one"
	local one=$url
	service_start STATE="$BATS_TEST_TMPDIR/two"
	[ "$one" != "$url" ]
	fetch /
	expect_status 200
	url=$one
	fetch /
	expect_status 200
}

@test "a port in use is a clear refusal" {
	service_start
	PORT=${url##*:} STATE=$BATS_TEST_TMPDIR/other run "$tree/conf/run"
	[ "$status" -eq 1 ]
	[[ $output == *"port ${url##*:} is in use"* ]]
	expect_nothing_left "$BATS_TEST_TMPDIR/other"
}

@test "a STATE in use is a clear refusal that names the processes, and harms nobody" {
	service_start
	PORT=0 STATE=$state run "$tree/conf/run"
	[ "$status" -eq 1 ]
	[[ $output == *"another one is running"*" $service_pid"* ]]
	fetch /
	expect_status 200
}

@test "STATE may hold spaces" {
	service_start STATE="$BATS_TEST_TMPDIR/a state of  mind"
	api GET /sync
	expect_status 401
}

@test "STATE may be longer than the path of a socket" {
	local long
	long=$BATS_TEST_TMPDIR/$(printf 'long%.0s' {1..50})
	service_start STATE="$long"
	api GET /sync
	expect_status 401
}

@test "an ordinary user can, with nothing writable but STATE" {
	# Without root this is one already: the other tests show it.
	needs root
	# Bats' own folders are root's.
	local place
	place=$(mktemp -d)
	chmod 755 "$place"
	portable_tree "$place"
	mkdir "$place/state"
	chown nobody "$place/state"
	service_start TREE="$place" BUILD="$place/build" STATE="$place/state" AS=nobody \
		HOME=/nonexistent TMPDIR=/nonexistent
	api GET /sync
	expect_status 401
	[ "$(stat -c %U "$state/breath.db")" = nobody ]
	service_stop
	rm -r "$place"
}

@test "killed outright, it takes the rest with it, and the next start works" {
	service_start
	kill -KILL "$service_pid"
	flock -w 60 "$state/lock" true
	service_start
	fetch /
	expect_status 200
}

@test "make run ends with make, however that ends" {
	needs usual-build
	local signal make_pid STATE=$BATS_TEST_TMPDIR/state
	for signal in TERM KILL; do
		rm -f "$STATE/address"
		env -u MAKEFLAGS -u MAKELEVEL PORT=0 STATE="$STATE" setpriv --pdeathsig TERM \
			make -C "$tree" run >"$BATS_TEST_TMPDIR/make.log" 2>&1 3>&- &
		make_pid=$!
		eventually [ -s "$STATE/address" ]
		kill -$signal $make_pid
		expect_nothing_left "$STATE"
	done
}

@test "left-overs of one killed outright are found out" {
	service_start
	# Workers whose master is gone serve on, and nobody can tell them anything.
	local master workers
	master=$(<"$state/nginx.pid")
	workers=$(pids_of "$state" nginx | grep -vx "$master")
	kill -STOP "$service_pid"
	kill -KILL "$master" "$service_pid"
	PORT=0 STATE=$state run "$tree/conf/run"
	[ "$status" -eq 1 ]
	[[ $output == *"another one is running"* ]]
	# shellcheck disable=SC2086 # several
	kill -KILL $workers
	service_start
}

@test "an executable that dies is started again" {
	service_start
	local pid
	pid=$(pids_of "$state" sync.fcgi)
	kill -KILL "$pid"
	eventually answers 401 /api/v1/sync
	[ "$(pids_of "$state" sync.fcgi)" != "$pid" ]
	grep -q 'sync.fcgi died (status 137) and is started again' "$BATS_TEST_TMPDIR/run.log"
}

@test "what dies at the same moment is all started again" {
	service_start
	local round
	for round in {1..4}; do
		# shellcheck disable=SC2046 # several
		kill -KILL $(pids_of "$state" 'nginx\|sync.fcgi\|stats.fcgi')
		eventually answers 401 /api/v1/sync
	done
}

@test "an nginx whose master dies is started again, its workers with it" {
	service_start
	local before after
	before=$(pids_of "$state" nginx)
	kill -KILL "$(<"$state/nginx.pid")"
	eventually grep -q 'nginx died' "$BATS_TEST_TMPDIR/run.log"
	eventually answers 200 /
	after=$(pids_of "$state" nginx)
	[ -z "$(comm -12 <(sort <<<"$before") <(sort <<<"$after"))" ]
}

@test "an executable that cannot start stops it all, with its last words" {
	portable_tree "$BATS_TEST_TMPDIR/tree"
	printf '#!/bin/sh\necho no such luck >&2\nexit 3\n' >"$BATS_TEST_TMPDIR/tree/build/sync.fcgi"
	BUILD=build PORT=0 STATE=$BATS_TEST_TMPDIR/state run "$BATS_TEST_TMPDIR/tree/conf/run"
	[ "$status" -eq 1 ]
	[[ $output == *'no such luck'*'sync.fcgi does not start'* ]]
	expect_nothing_left "$BATS_TEST_TMPDIR/state"
}

@test "an executable that keeps dying stops it all, with its last words" {
	portable_tree "$BATS_TEST_TMPDIR/tree"
	# Starts once and never again.
	local program=$BATS_TEST_TMPDIR/tree/build/sync.fcgi
	mv "$program" "$BATS_TEST_TMPDIR/real"
	cat >"$program" <<-END
		#!/bin/sh
		[ -e once ] && echo not again >&2 && exit 3
		touch once
		exec "$BATS_TEST_TMPDIR/real" "\$@"
	END
	chmod +x "$program"
	service_start BUILD="$BATS_TEST_TMPDIR/tree/build"
	kill -KILL "$(pids_of "$state" real)"
	wait "$service_pid" && return 1
	grep -q 'not again' "$BATS_TEST_TMPDIR/run.log"
	grep -q 'sync.fcgi keeps dying' "$BATS_TEST_TMPDIR/run.log"
	expect_nothing_left "$state"
}

@test "a database whose making was interrupted is made anew" {
	service_start
	service_stop
	# What a death in the middle leaves.
	: >"$state/making"
	: >"$state/breath.db"
	service_start
	api POST /sync/accounts '{"device":{"kind":"cli"}}'
	expect_status 201
	[ ! -e "$state/making" ]
}
