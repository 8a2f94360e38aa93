#!/usr/bin/env bats
# test/run counts what it runs, and takes no test for run that was not.

load helper

# A tree with nothing in it but the runner, and suites that a test writes.
setup() {
	copy=$BATS_TEST_TMPDIR/tree
	mkdir -p "$copy/test/bats" "$copy/test/unit" "$copy/build/test/unit" "$copy/build/test/bats"
	cp "$tree"/test/{run,machine.bash} "$copy/test"
	cp "$tree/test/bats/helper.bash" "$copy/test/bats"
	# A machine that has Landlock, or has not.
	printf '#!/bin/sh\nexit %s\n' '${NO_LANDLOCK:-0}' >"$copy/build/test/bats/landlock"
	chmod +x "$copy/build/test/bats/landlock"
}

# suite NAME: its text comes from stdin, with TEST for what bats would take for a test of this one.
suite() {
	{
		echo 'load helper'
		sed "s|^TEST|@test|"
	} >"$copy/test/bats/$1.bats"
}

# runs STATUS [KIND...]: the runner on it, as somebody starts it who runs no tests yet.
runs() {
	local wanted=$1 variable
	shift
	local clean=()
	for variable in "${!BATS_@}"; do clean+=(-u "$variable"); done
	run "-$wanted" env "${clean[@]}" -u BUILD "$copy/test/run" "$@" 3>&-
}

@test "the last line says how many passed, failed and were skipped" {
	suite one <<-'END'
		TEST "good" { true; }
		TEST "another" { true; }
	END
	runs 0 bats
	[ "${lines[-1]}" = '2 passed, 0 failed' ]
	suite two <<-'END'
		TEST "bad" { echo told; false; }
		TEST "for want of Landlock" { needs landlock; false; }
	END
	NO_LANDLOCK=1 runs 1 bats
	[ "${lines[-1]}" = '2 passed, 1 failed, 1 skipped' ]
	[[ $output == *told* ]]
	[[ $output == *'1 needs landlock: the kernel has no Landlock, or a container keeps it away'* ]]
	[ "$(cut -f 1,2 "$copy/build/test/log/skipped")" = $'bats\tfor want of Landlock' ]
	[ "$(<"$copy/build/test/log/sum")" = "${lines[-1]}" ]
}

@test "a test that is skipped, though this machine lacks nothing of it, has failed" {
	suite one <<-'END'
		TEST "good" { true; }
		TEST "in doubt" { skip; }
	END
	runs 1 bats
	[ "${lines[-1]}" = '1 passed, 1 failed' ]
	[[ $output == *'in doubt # SKIP'* ]]
	suite one <<-'END'
		TEST "for want of Landlock" { skip 'needs landlock'; }
		TEST "for want of the moon" { skip 'needs moonlight'; }
	END
	runs 1 bats
	[ "${lines[-1]}" = '0 passed, 2 failed' ]
	NO_LANDLOCK=1 runs 1 bats
	[ "${lines[-1]}" = '0 passed, 1 failed, 1 skipped' ]
}

@test "cases of unit programs and of Node are skipped as tests are" {
	touch "$copy/test/unit/some_test.c"
	cat >"$copy/build/test/unit/some_test" <<-'END'
		#!/bin/sh
		echo 'ok 1 - one'
		echo 'ok 2 - two # SKIP needs landlock'
		echo 1..2
	END
	chmod +x "$copy/build/test/unit/some_test"
	mkdir -p "$copy/test/web/page"
	cat >"$copy/test/web/page/some.test.mjs" <<-'END'
		import test from 'node:test';
		test('outer', async (t) => {
			await t.test('one', () => {});
			await t.test('two', (t) => t.skip('needs landlock'));
		});
	END
	NO_LANDLOCK=1 runs 0 unit web
	[[ ${lines[-1]} == [23]' passed, 0 failed, 2 skipped' ]]
	[ "$(cut -f 1,2 "$copy/build/test/log/skipped")" = $'unit/some\ttwo\nweb\ttwo' ]
	runs 1 unit web
	[[ ${lines[-1]} == *', 2 failed' ]]
}

@test "an inherited supervisor, settings, places and proxies reach no test" {
	suite one <<-'END'
		TEST "good" {
			[ -z "$(env | grep -iE '^(NOTIFY_SOCKET|WATCHDOG_USEC|BREATH_|STATE|PORT|ADDRESS|[a-z]*_proxy)')" ]
		}
	END
	NOTIFY_SOCKET=/nonexistent/notify WATCHDOG_USEC=1 BREATH_THREADS=1 STATE=x PORT=1 ADDRESS=x \
		https_proxy=x HTTP_PROXY=x runs 0 bats
}

# --- Continuous integration ---

# ci STATUS: .ci/run, for which make does what the folder `made` has under a target's name.
ci() {
	mkdir -p "$copy/.ci" "$copy/bin"
	cp "$tree/.ci/run" "$copy/.ci"
	cat >"$copy/bin/make" <<-'END'
		#!/bin/sh
		echo "$1" >>asked
		mkdir -p build/test/log
		. "made/$1"
	END
	chmod +x "$copy/bin/make"
	rm -f "$copy/asked"
	PATH=$copy/bin:$PATH run "-$1" "$copy/.ci/run"
}

made() { # TARGET COMMANDS
	mkdir -p "$copy/made"
	echo "$2" >"$copy/made/$1"
}

@test "what the bare machine skipped runs on this one, and is not counted as skipped" {
	made fresh "echo '7 passed, 0 failed, 2 skipped' >build/test/log/sum; echo a list >build/test/log/skipped"
	made rest "grep -q 'a list' \$SKIPPED && echo '2 passed, 0 failed' >build/test/log/sum"
	made booted "echo '1 passed, 0 failed' >build/test/log/sum"
	ci 0
	[ "${lines[-1]}" = '10 passed, 0 failed' ]
	[ "$(<"$copy/asked")" = $'fresh\nrest\nbooted' ]
	# Nor is this machine one for everything.
	made rest "echo '1 passed, 0 failed, 1 skipped' >build/test/log/sum"
	ci 0
	[ "${lines[-1]}" = '9 passed, 0 failed, 1 skipped' ]
}

@test "where no bare machine can be had all tests run on this one" {
	made fresh "echo '0 passed, 0 failed, 1 skipped' >build/test/log/sum; echo '1..0 # skip no root' >build/test/log/fresh.log"
	made test "echo '5 passed, 0 failed' >build/test/log/sum"
	made booted "echo '0 passed, 0 failed, 1 skipped' >build/test/log/sum"
	ci 0
	[ "$(<"$copy/asked")" = $'fresh\ntest\nbooted' ]
	[[ $output == *'all tests run on this machine'* ]]
	[ "${lines[-1]}" = '5 passed, 0 failed, 2 skipped' ]
}

@test "a target that fails, or does not even build, fails continuous integration" {
	made fresh "echo '7 passed, 1 failed' >build/test/log/sum; exit 2"
	made booted 'exit 2'
	ci 1
	[ "${lines[-1]}" = '7 passed, 2 failed' ]
}

@test "of what was skipped elsewhere the very tests run here" {
	suite one <<-'END'
		TEST "for want of [Land]lock (or $more)" { needs landlock; }
		TEST "for want of" { false; }
	END
	touch "$copy/test/unit/some_test.c"
	printf '#!/bin/sh\necho ok 1 - one; echo 1..1\n' >"$copy/build/test/unit/some_test"
	chmod +x "$copy/build/test/unit/some_test"
	printf '%s\t%s\tneeds landlock\n' bats 'for want of [Land]lock (or $more)' unit/some two >"$copy/list"
	SKIPPED=$copy/list runs 0 rest
	[ "${lines[-1]}" = '2 passed, 0 failed' ]
	# Whose test is not there any more, has not run.
	printf 'bats\tno such test\tneeds landlock\n' >"$copy/list"
	SKIPPED=$copy/list runs 1 rest
}
