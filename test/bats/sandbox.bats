#!/usr/bin/env bats
# What an executable gives up before it meets a stranger, seen from outside and by somebody who got in.
# What may be tried in all is in test/unit/sandbox_test.c.

load helper
load sync

setup_file() {
	[[ $BUILD != *san-* ]] || skip 'a sanitizer does what no program of ours may'
	gcc -shared -fPIC -O2 -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/intruder.so" \
		"$BATS_TEST_DIRNAME/../fault/intruder.c" -ldl
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

@test "who gets into an executable reaches neither file nor network, and makes no process and no code" {
	local family
	echo secret >"$BATS_TEST_TMPDIR/secret"
	service_start LD_PRELOAD="$BATS_FILE_TMPDIR/intruder.so" INTRUDER_FILE="$BATS_TEST_TMPDIR/secret"
	for family in $(families); do
		eventually [ -n "$(intruder_on "$family")" ]
		# EACCES and ENOSYS
		diff - <(intruder_on "$family") <<-'END'
			passwd 13
			file 13
			network 38
			process 38
			code 38
		END
	done
	open_account
}

@test "who tries to run a program ends the process, and does not run it" {
	run ! service_start LD_PRELOAD="$BATS_FILE_TMPDIR/intruder.so" INTRUDER_ENDS=1
	state=$BATS_TEST_TMPDIR/state
	cat "$state"/log/*.fcgi.log | grep -q 'intruder: code'
	run ! grep -q 'intruder: program' "$state"/log/*.fcgi.log
	grep -q 'Bad system call' "$BATS_TEST_TMPDIR/run.log"
}
