# The machine that tests run on. Sourced by test/run and, through test/bats/helper.bash, by every suite.
#
#	BUILD   where the build lies

# What somebody has told the shell that starts the tests is not meant for the services that they start, and
# what talks to them goes through no proxy.
unset ADDRESS PORT STATE PROBE_EVERY LIMIT_LOOPBACK
unset NOTIFY_SOCKET WATCHDOG_USEC WATCHDOG_PID LISTEN_FDS LISTEN_PID LISTEN_FDNAMES
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

# lacks NEED: says what this machine lacks of it; fails where it has it.
lacks() {
	case $1 in
	address)
		[ -z "$(other_address)" ] && echo 'there is no address but those of the loopback interface'
		;;
	landlock)
		[ -x "$BUILD/test/bats/landlock" ] && ! "$BUILD/test/bats/landlock" && echo 'the kernel has no Landlock, or a container keeps it away'
		;;
	mounting)
		! can_mount && echo 'a small file system cannot be mounted'
		;;
	plain-build)
		[[ $BUILD == *san-* ]] && echo 'this is a build with a sanitizer'
		;;
	root)
		[ "$(id -u)" != 0 ] && echo 'only root can do this'
		;;
	usual-build)
		[ "$(realpath -m "$BUILD")" != "$(realpath "$(dirname "${BASH_SOURCE[0]}")/../build")" ] &&
			echo 'make does this with the usual build'
		;;
	*)
		echo "nobody knows how to look for $1" >&2
		return 1
		;;
	esac
}

# Another one of this machine's own, of IPv4; nothing where there is none.
other_address() {
	hostname -I 2>/dev/null | tr ' ' '\n' | grep -m 1 -v -e '^127\.' -e : || :
}

can_mount() {
	local place status=1
	[ "$(id -u)" = 0 ] || return
	place=$(mktemp -d)
	if mount -t tmpfs -o size=8m tmpfs "$place" 2>/dev/null; then
		umount "$place"
		status=0
	fi
	rmdir "$place"
	return $status
}
