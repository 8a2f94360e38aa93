#!/usr/bin/env bats
# make install: what serves, where it belongs, and nothing that is somebody's already.

load helper

setup() {
	needs usual-build
	place=$BATS_TEST_TMPDIR/place
}

install_into() {
	env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -C "$tree" install DESTDIR="$place" PREFIX=/usr
}

@test "installs executables, manual pages, pages and the site" {
	install_into
	local source family
	for source in "$tree"/cgi-src/*.c; do
		family=$(basename "$source" .c)
		[ "$family" = breathctl ] || "$place/usr/libexec/breath-master/$family.fcgi" -n -c /dev/null
		[ "$family" = breathctl ] || [ -e "$place/usr/share/man/man8/$family.fcgi.8" ]
	done
	[ -x "$place/usr/sbin/breathctl" ]
	[ -e "$place/usr/share/man/man5/breath.conf.5" ]
	[ -e "$place/usr/share/man/man8/breathctl.8" ]
	[ -e "$place/usr/share/breath-master/htdocs/index.html" ]
	[ -e "$place/usr/share/breath-master/htdocs/api/openapi.json" ]
	[ -e "$place/usr/share/doc/breath-master/LICENSE" ]
	[ -e "$place/usr/share/breath-master/monitoring/alerts.yml" ]
	grep -q 'root /usr/share/breath-master/htdocs;' \
		"$place/usr/share/breath-master/nginx/breath-master.conf"
	run ! grep -r @SHARE@ "$place"
	# What is explained is where it is said to be.
	run ! grep -r /usr/local "$place/usr/share/man" "$place/usr/lib/systemd" "$place/usr/share/breath-master"/{nginx,apache,systemd,monitoring}
	[ -e "$place$(sed -n 's/^.It Pa \(.*example\)$/\1/p' "$place/usr/share/man/man5/breath.conf.5")" ]
}

@test "installs nothing that belongs to building and testing, and nothing that a visitor must not have" {
	install_into
	[ -z "$(find "$place/usr/share/breath-master/htdocs/" -name '*.test.*' -o -name 'package*.json' -o \
		-name 'tsconfig*' -o -name '*.mjs' -o -name node_modules -o -name '.*' ! -name .release)" ]
	[ -z "$(find "$place" -name '*.sql' -o -name '*.db' -o -name '*.o')" ]
}

@test "a configuration that is there stays, an example comes with each version" {
	install_into
	local etc=$place/etc/breath-master/breath.conf doc=$place/usr/share/doc/breath-master
	diff "$etc" "$tree/conf/breath.conf.example"
	echo 'threads = 7' >"$etc"
	echo old >"$doc/breath.conf.example"
	install_into
	[ "$(cat "$etc")" = 'threads = 7' ]
	diff "$doc/breath.conf.example" "$tree/conf/breath.conf.example"
}

@test "a page that a version no longer has goes, and the modules that open tabs ask for stay" {
	install_into
	local pages=$place/usr/share/breath-master/htdocs
	touch "$pages/old.html" "$pages/app/old-ABCDEFGH.js" "$pages/app/older-ABCDEFGH.js"
	echo old-ABCDEFGH.js >"$pages/.release"
	install_into
	[ ! -e "$pages/old.html" ]
	[ -e "$pages/app/old-ABCDEFGH.js" ]
	[ ! -e "$pages/app/older-ABCDEFGH.js" ]
}
