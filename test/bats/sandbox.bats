#!/usr/bin/env bats
# What an executable gives up before it meets a stranger, seen from outside and by somebody who got in.
# What may be tried in all is in test/unit/sandbox_test.c.

load helper
load sync

setup_file() {
	gcc -shared -fPIC -O2 -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/intruder.so" \
		"$BATS_TEST_DIRNAME/../fault/intruder.c" -ldl
}

setup() {
	# A sanitizer does what no program of ours may.
	needs plain-build
}

families() {
	local program
	for program in "$BUILD"/*.fcgi; do
		basename "$program" .fcgi
	done
}

# intruder_on FAMILY: what he said there.
intruder_on() {
	sed -n 's/^intruder: //p' "$state/log/$1.fcgi.log"
}

@test "every thread of every executable is closed down" {
	service_start
	local family pid thread count=0
	for family in $(families); do
		pid=$(pids_of "$family.fcgi")
		for thread in /proc/"$pid"/task/*; do
			grep -qx 'NoNewPrivs:	1' "$thread/status"
			grep -qx 'Seccomp:	2' "$thread/status"
			count=$((count + 1))
		done
	done
	[ $count -gt 48 ]
}

# Starts a service with an intruder in each executable, and waits until all have said what they could do.
intrude() {
	local family
	echo secret >"$BATS_TEST_TMPDIR/secret"
	service_start LD_PRELOAD="$BATS_FILE_TMPDIR/intruder.so" INTRUDER_FILE="$BATS_TEST_TMPDIR/secret"
	for family in $(families); do
		eventually said "$family" code
	done
}

said() { # FAMILY WORD
	intruder_on "$1" | grep -q "^$2 "
}

@test "who gets into an executable reaches no file" {
	needs landlock
	intrude
	local family
	for family in $(families); do
		# EACCES
		diff - <(intruder_on "$family" | grep -E '^(passwd|file) ') <<-'END'
			passwd 13
			file 13
		END
	done
}

@test "who gets into an executable reaches no network, and makes no process and no code" {
	intrude
	local family
	for family in $(families); do
		# ENOSYS
		diff - <(intruder_on "$family" | grep -vE '^(passwd|file) ') <<-'END'
			network 38
			process 38
			code 38
		END
	done
	open_account
}

@test "an executable without Landlock says so, and one with it does not" {
	service_start
	local family said=0
	! lacks landlock >/dev/null || said=1
	for family in $(families); do
		[ "$(grep -c '^there is no Landlock: ' "$state/log/$family.fcgi.log")" -eq $said ]
	done
}

@test "who tries to run a program ends the process, and does not run it" {
	run ! service_start LD_PRELOAD="$BATS_FILE_TMPDIR/intruder.so" INTRUDER_ENDS=1
	state=$BATS_TEST_TMPDIR/state
	cat "$state"/log/*.fcgi.log | grep -q 'intruder: code'
	run ! grep -q 'intruder: program' "$state"/log/*.fcgi.log
	grep -q 'Bad system call' "$BATS_TEST_TMPDIR/run.log"
}
