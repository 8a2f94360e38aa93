#!/usr/bin/env bats
# The check of the package list finds what is planted, and installing from the list does nothing where
# nothing is missing.

load helper

# A copy of the tree to plant things in; and there the check finds nothing.
setup() {
	copy=$BATS_TEST_TMPDIR/tree
	mkdir "$copy"
	tar -C "$tree" --exclude=node_modules --exclude=./build --exclude=./run --exclude=./.git -c . |
		tar -C "$copy" -x
}

# expect_complaint WORDS...: the check fails, and one line of it has all the words.
expect_complaint() {
	run node "$copy/test/packages-check.mjs"
	[ "$status" -eq 1 ]
	local lines word
	lines=$output
	for word; do
		lines=$(grep -F -- "$word" <<<"$lines")
	done
}

@test "the list fits the tree" {
	node "$copy/test/packages-check.mjs"
}

@test "a header of a package that is not listed is found" {
	sed -i '/^build  *libsodium-dev/d' "$copy/conf/packages"
	expect_complaint '<sodium.h>' libsodium-dev 'not listed'
	expect_complaint 'pkg-config module libsodium'
}

@test "a header of the executables whose package is only listed for tests is found" {
	sed -i 's/^build  *libsodium-dev/test libsodium-dev/' "$copy/conf/packages"
	expect_complaint '<sodium.h>' 'not listed for build'
}

@test "a header that nobody has is found" {
	echo '#include <no/such.h>' >>"$copy/lib/core/day.c"
	expect_complaint '<no/such.h>' lib/core/day.c
}

@test "a command that no package gives is found, wherever it hides" {
	local where=0 line
	while read -r line; do
		where=$((where + 1))
		printf '\nplanted() {\n%s\n}\n' "${line/COMMAND/nosuch$where}" >>"$copy/test/bats/helper.bash"
	done <<-'END'
		COMMAND --option
		true | COMMAND
		if ! COMMAND; then :; fi
		echo "$(COMMAND)"
		echo "${x:-$(COMMAND)}"
		X=1 COMMAND
		case x in y) COMMAND ;; esac
		cat <(COMMAND) # '
		run ! COMMAND
		exec env -i -u B A=b COMMAND
		true | xargs -0 -n 1 -P "$jobs" COMMAND
		(cd / && COMMAND)
		for i in $(COMMAND); do :; done
	END
	printf 'planted:\n\t@nosuch98 | true\n' >>"$copy/Makefile"
	sed -i 's/^help: ##/help: planted ##/' "$copy/Makefile"
	echo "execFileSync('nosuch99', [])" >>"$copy/test/packages-check.mjs"
	run node "$tree/test/packages-check.mjs" "$copy"
	[ "$status" -eq 1 ]
	[ "$(grep -o 'nosuch[0-9]*' <<<"$output" | sort -u | wc -l)" -eq $((where + 2)) ]
}

@test "a command of a package that is there by chance is found" {
	sed -i '/^test  *jq/d' "$copy/conf/packages"
	expect_complaint 'jq, called by test/' 'no row'
}

@test "a command of the test packages in what serves is found" {
	echo 'jq . nothing' >>"$copy/conf/run"
	expect_complaint 'jq, called by conf/run' 'listed for test only'
}

@test "a library that is preloaded, and whose package is not listed, is found" {
	sed -i '/^test  *libfaketime/d' "$copy/conf/packages"
	expect_complaint libfaketimeMT.so.1 'used by test/bats/' 'in libfaketime, which has no row'
}

@test "a library and a file that are used by their place, and that nobody has, are found" {
	# Not in one word: this suite is part of the tree, too.
	local library=libnosuch share=/usr/share
	{
		echo "LD_PRELOAD=$library.so.7 true"
		echo "cat $share/no-such-package/file"
		echo "cat $share/no-such-modules/mod_\$name.so"
	} >>"$copy/test/bats/helper.bash"
	expect_complaint "$library.so.7" 'no package installed here'
	expect_complaint "$share/no-such-package/file" 'no package installed here'
	expect_complaint "$share/no-such-modules/mod_*" 'no package installed here'
}

@test "what only looks like a command is none" {
	cat >>"$copy/test/bats/helper.bash" <<-'END'
		# nosuch1; nosuch2
		echo 'nosuch3 | nosuch4' "nosuch5; nosuch6" nosuch7 \
			nosuch8
		values=(nosuch9 nosuch10)
		[[ a == nosuch11 || b == nosuch12 ]]
		case x in nosuch13 | nosuch14) ;; nosuch15) ;; esac
		for nosuch16 in nosuch17; do :; done
		echo ${x/'} nosuch22; '/"} nosuch23; "} "${y%'}; nosuch24"
		echo $((nosuch18 + (nosuch19)))
		cat <<-'HERE' >nosuch20
			nosuch21
		HERE
	END
	node "$copy/test/packages-check.mjs"
}

@test "a package that nothing uses is found" {
	# Not in one word: this suite is part of the tree, too.
	local unused
	unused=$(printf %s zs td)
	echo "test $unused $unused archives" >>"$copy/conf/packages"
	expect_complaint "nothing uses $unused"
}

@test "a package that does not give what it is listed for is found" {
	sed -i 's/^test  *jq .*/test curl jq nothing/' "$copy/conf/packages"
	expect_complaint 'curl does not hold jq'
}

@test "where nothing is missing, installing says nothing and asks nobody" {
	local bin=$BATS_TEST_TMPDIR/bin command
	mkdir "$bin"
	for command in apt-get npm sudo; do
		printf '#!/bin/sh\necho "%s $*"\n' $command >"$bin/$command"
		chmod +x "$bin/$command"
	done
	PATH=$bin:$PATH run "$tree/conf/install-packages" run build test
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	# Who would be asked is heard.
	echo 'test no-such-package-as-this - never' >>"$copy/conf/packages"
	sed -i '/npm:/d' "$copy/conf/packages"
	PATH=$bin:$PATH run "$copy/conf/install-packages" test
	[[ $output == *'apt-get '*no-such-package-as-this* ]]
}

@test "what another package gives is not asked for" {
	# As on a machine with a Node of its own; nothing is installed, or it would be said.
	sed -i 's/^test  *nodejs /test no-such-package-as-this /' "$copy/conf/packages"
	sed -i '/npm:/d' "$copy/conf/packages"
	run "$copy/conf/install-packages" test
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}
