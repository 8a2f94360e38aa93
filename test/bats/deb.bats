#!/usr/bin/env bats
# The Debian package: what is in it, what Debian's own checker says, and that it is the same wherever it is
# built. That it installs, upgrades and goes is tried where systemd runs: make booted.

load helper

make_deb() { # TREE
	env -u MAKEFLAGS -u MAKELEVEL -u BUILD make --no-print-directory -C "$1" deb | tail -n 1
}

setup_file() {
	! lacks usual-build >/dev/null || return 0
	export place=$BATS_FILE_TMPDIR deb
	deb=$tree/$(make_deb "$tree")
	cp "$deb" "$place"
	deb=$place/$(basename "$deb")
	mkdir "$place/root"
	dpkg-deb --raw-extract "$deb" "$place/root"
}

setup() {
	needs usual-build
}

@test "lintian finds no error" {
	run lintian --allow-root --no-tag-display-limit --fail-on error "$deb"
	[ "$status" -eq 0 ] || { echo "$output" && false; }
}

@test "lintian would say so" {
	local worse=$BATS_TEST_TMPDIR/worse
	cp -r "$place/root" "$worse"
	rm "$worse/usr/share/doc/breath-master/copyright"
	dpkg-deb --root-owner-group --build "$worse" "$BATS_TEST_TMPDIR/worse.deb"
	run -2 lintian --allow-root --fail-on error "$BATS_TEST_TMPDIR/worse.deb"
}

@test "another tree, elsewhere and later, makes the same bytes" {
	local other=$BATS_TEST_TMPDIR/quite/another/place
	mkdir -p "$other"
	(cd "$tree" && find . \( -name .git -o -name build -o -name run -o -name node_modules \) -prune -o -type f -print0 |
		tar -c --null -T -) | tar -x -C "$other"
	# As npm would put it there.
	cp -a "$tree/htdocs/node_modules" "$other/htdocs"
	cmp "$deb" "$other/$(umask 077 && make_deb "$other")"
}

@test "its version is the newest entry's, and its libraries are the packages that hold them" {
	[ "$(dpkg-deb -f "$deb" Version)" = "$(sed -n '1s/.*(\(.*\)).*/\1/p' "$tree/conf/debian/changelog")" ]
	local library
	for library in libc6 libcairo2 libfcgi0ldbl libjson-c5 libseccomp2 libsodium23 libsqlite3-0; do
		[[ ", $(dpkg-deb -f "$deb" Depends)," == *", $library "* ]]
	done
}

@test "it holds what serves and explains, as Debian places it, and all of it is root's" {
	local file
	for file in usr/libexec/breath-master/sync.fcgi usr/sbin/breathctl usr/lib/systemd/system/breath.target \
		usr/share/man/man8/breathctl.8.gz usr/share/man/man5/breath.conf.5.gz usr/share/doc/breath-master/copyright \
		usr/share/breath-master/release/index.html usr/libexec/breath-master/publish-pages etc/nginx/sites-available/breath-master; do
		[ -f "$place/root/$file" ]
	done
	run ! grep -rqE '@[A-Z]+@|/usr/local/(sbin|libexec)' "$place/root/etc" "$place/root/usr/lib"
	run ! bash -c "dpkg-deb -c '$deb' | grep -v ' root/root '"
	[ -z "$(find "$place/root" -name '*.db' -o -perm /022 ! -type l)" ]
	diff <(sort "$place/root/DEBIAN/conffiles") - <<-'END'
		/etc/apache2/sites-available/breath-master.conf
		/etc/breath-master/breath.conf
		/etc/nginx/sites-available/breath-master
	END
}
