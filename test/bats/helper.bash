# For every suite: `load helper`.
#
# A suite talks to the real thing: service_start runs conf/run, which is what `make run` runs, with a
# free port and a STATE of its own. Started in setup_file it serves the whole suite, started in a
# test that test; either way it is stopped with it, so suites may run beside each other.

bats_require_minimum_version 1.5.0

tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd -P)
export BUILD=${BUILD:-build}
[[ $BUILD = /* ]] || BUILD=$tree/$BUILD
# shellcheck source=test/machine.bash
. "$tree/test/machine.bash"

# needs WHAT: skips the test where this machine lacks it (test/machine.bash). Not for use in setup_file, where
# bats has no skipping.
needs() {
	local lack
	! lack=$(lacks "$1") || skip "needs $1: $lack"
}

# The folder of the running test, or of the suite outside of tests.
scratch() {
	echo "${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}"
}

# service_start [NAME=VALUE...]
#
# Starts a service with these in its environment and waits until it answers. Of its own are
#	STATE     by default `state` in the scratch folder
#	TREE      whose conf/run to start
#	AS        the user to be
#	TERMINAL  run it in one, whose keys come from this file
# Sets url, metrics_url, state and service_pid (for `wait`, too). Not for use in a subshell (`run`, `$(...)`): the
# service goes when its parent goes.
service_start() {
	local variable TREE=$tree AS='' TERMINAL='' STATE keys=/dev/null
	STATE=$(scratch)/state
	for variable; do
		case $variable in TREE=* | STATE=* | AS=* | TERMINAL=*) local "$variable" ;; esac
	done
	# A background job of a shell would start with SIGINT ignored.
	local command=(env --default-signal=INT "$TREE/conf/run")
	[ -z "$AS" ] || command=(--reuid "$AS" --regid "$(id -g "$AS")" --clear-groups "${command[@]}")
	[ -z "$TERMINAL" ] || command=(env --default-signal=INT script -qec "exec \"$TREE/conf/run\"" /dev/null) \
		keys=$TERMINAL
	export state=$STATE url metrics_url service_pid

	rm -f "$STATE/address"
	# What a sanitizer has to say goes to files, for service_stop to find.
	# Nobody looks whether all is well, unless a test says so: a look is a write.
	env PROBE_EVERY=0 "$@" PORT="${PORT:-0}" STATE="$STATE" \
		ASAN_OPTIONS="log_path=log/sanitizer:detect_leaks=1" \
		UBSAN_OPTIONS="log_path=log/sanitizer:print_stacktrace=1" \
		LSAN_OPTIONS="suppressions=$tree/test/sanitizers/leaks:print_suppressions=0" \
		TSAN_OPTIONS="log_path=log/sanitizer:suppressions=$tree/test/sanitizers/races:print_suppressions=0" \
		setpriv --pdeathsig TERM "${command[@]}" <"$keys" >"$(scratch)/run.log" 2>&1 3>&- &
	service_pid=$!
	echo "$STATE" >>"$(scratch)/services"
	echo "$service_pid" >"$STATE.pid"

	until [ -s "$STATE/address" ]; do
		kill -0 "$service_pid" 2>/dev/null || {
			cat "$(scratch)/run.log" >&2
			return 1
		}
		sleep 0.05
	done
	url=$(<"$STATE/address")
	metrics_url=$(<"$STATE/metrics-address")
}

# free_ports COUNT: the first of so many in a row on which nobody listens. Below 32768, where Linux takes the ports of
# outgoing connections from.
free_ports() {
	local first port
	for ((;;)); do
		first=$((20000 + SRANDOM % 12000))
		for ((port = first; port < first + $1; port++)); do
			! (exec 8<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue 2
		done
		echo $first
		return
	done
}

# portable_tree FOLDER: copies of what is needed to serve, which another user may read wherever the tree is.
portable_tree() {
	mkdir -p "$1/build"
	cp -r "$tree/conf" "$1"
	cp "$BUILD"/*.fcgi "$BUILD/breathctl" "$1/build"
	"$tree/conf/publish-pages" "$BUILD/release" "$1/build/htdocs"
	chmod -R go+rX "$1"
}

# service_stop [STATE]
#
# Stops a service and waits until none of its processes is left (they hold STATE/lock). Fails if one
# does not go, or if a sanitizer complained.
service_stop() {
	local of=${1:-$state}
	[ -e "$of.pid" ] || return 0
	kill -TERM "$(<"$of.pid")" 2>/dev/null || :
	[ ! -e "$of/lock" ] || flock -w 60 "$of/lock" true || {
		echo "something of the service on $of is left" >&2
		return 1
	}
	rm "$of.pid"
	if compgen -G "$of/log/sanitizer.*" >/dev/null; then
		cat "$of"/log/sanitizer.* >&2
		return 1
	fi
}

services_stop() { # FOLDER
	local of failed=0
	[ -e "$1/services" ] || return 0
	while read -r of; do
		service_stop "$of" || failed=1
	done <"$1/services"
	rm "$1/services"
	return $failed
}

teardown() {
	services_stop "$BATS_TEST_TMPDIR"
}

teardown_file() {
	services_stop "$BATS_FILE_TMPDIR"
}

# fetch PATH [CURL OPTION...]
#
# Sends a request; fails when curl does. Sets status_code, body (text) and headers (lower-case names, LF
# ends); the body as it came is in the file body_file.
fetch() {
	local path=$1
	shift
	body_file=$BATS_TEST_TMPDIR/body
	: >"$body_file"
	status_code=$(curl -sS --max-time 60 --path-as-is -o "$body_file" \
		-D "$BATS_TEST_TMPDIR/headers" -w '%{http_code}' "$@" "$url$path") || return
	# shellcheck disable=SC2034 # for the tests
	body=$(tr -d '\0' <"$body_file")
	headers=$(tr -d '\r' <"$BATS_TEST_TMPDIR/headers" | sed 's/^[^:]*:/\L&/')
}

# fetch_metrics [CURL OPTION...]: the same, at the listener that has the metrics.
fetch_metrics() {
	local url=$metrics_url
	fetch /api/v1/stats/metrics "$@"
}

# api METHOD PATH [JSON] [TOKEN]
#
# Calls the API; PATH goes behind /api/v1. JSON may be @FILE.
api() {
	local options=(-X "$1")
	[ "$1" != HEAD ] || options=(-I)
	[ -z "${3:-}" ] || options+=(-H 'Content-Type: application/json' --data-binary "$3")
	[ -z "${4:-}" ] || options+=(-H "Authorization: Bearer $4")
	fetch "/api/v1$2" "${options[@]}"
}

# answers STATUS PATH: is that the answer now?
answers() {
	fetch "$2" 2>/dev/null && [ "$status_code" = "$1" ]
}

# eventually COMMAND...: waits until it succeeds, which it must within a minute.
eventually() {
	local end=$((SECONDS + 60))
	while [ $SECONDS -lt $end ]; do
		"$@" && return
		sleep 0.05
	done
	echo "in vain: $*" >&2
	return 1
}

# within SECONDS COMMAND...: waits until it succeeds. A try that begins after so many seconds has to; how long it
# takes is no matter, nor how late a busy machine comes to it.
within() {
	local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000)) is_last=0
	shift
	for ((;;)); do
		[ "${EPOCHREALTIME/[.,]/}" -lt $end ] || is_last=1
		"$@" && return
		[ $is_last = 0 ] || break
		sleep 0.05
	done
	echo "not in time: $*" >&2
	return 1
}

# random_from_seed: from here on the draws of RANDOM, and of the programs that the test starts, are those of SEED;
# where it is not set there is a new one. It is shown.
random_from_seed() {
	[ -z "${is_seeded:-}" ] || return 0
	is_seeded=1
	RANDOM=${SEED:=$((SRANDOM % 32768))}
	export SEED
	echo "# SEED=$SEED" >&3
}

# expect_status STATUS [CODE]: of the last reply; CODE that of a problem document.
expect_status() {
	local code=
	[ -z "${2:-}" ] || code=$(jq -r .code "$body_file")
	[ "$status_code $code" = "$1 ${2:-}" ] || {
		printf 'expected %s %s, got %s\n%s\n' "$1" "${2:-}" "$status_code" "$body" >&2
		return 1
	}
}

# expect_json FILTER [JQ OPTION...]: the last body makes the filter true.
expect_json() {
	local filter=$1
	shift
	jq -e "$@" "$filter" "$body_file" >/dev/null || {
		printf 'does not hold: %s\n%s\n' "$filter" "$body" >&2
		return 1
	}
}

# json FILTER: what jq makes of the last body, as text.
json() {
	jq -r "$1" "$body_file"
}

# header NAME: the value of the last reply's header; fails if there is none.
header() {
	local line
	line=$(grep -m 1 "^${1,,}: " <<<"$headers") && echo "${line#*: }"
}

# expect_header NAME VALUE
expect_header() {
	local got
	got=$(header "$1" || echo '(none)')
	[ "$got" = "$2" ] || {
		printf '%s is %s, not %s\n' "$1" "$got" "$2" >&2
		return 1
	}
}
