# A bare Debian 12 in a folder, to be entered or booted. Sourced, as root, by test/fresh/run and test/booted/run.
#
#	WORK   its surroundings: a folder that bare_begin makes and bare_end removes
#	root   the Debian, WORK/root
#	log    what was said while it was made
#
# The way to packages is this machine's: mirrors, proxies, certificate authorities and npm's configuration are
# read where it is run, and handed on.

PATH=$PATH:/usr/sbin:/sbin
# The variables of those who ask for packages inside, as NAME=VALUE.
bare_environment=()

# bare_begin NAME
bare_begin() {
	WORK=$(mktemp -d "/var/tmp/breath-$1.XXXXXX")
	export WORK
	root=$WORK/root log=$WORK/log
	machine=
	trap bare_end EXIT
	trap 'exit 1' HUP INT TERM
}

# Ends what runs inside, and removes all of it.
bare_end() {
	local waited
	if [ -n "$machine" ]; then
		# The first process of a machine that was booted takes this for an order to power off.
		kill -RTMIN+4 "$(bare_leader)" 2>/dev/null || :
		for ((waited = 0; waited < 100; waited++)); do
			kill -0 "$machine" 2>/dev/null || break
			sleep 0.1
		done
		kill -KILL "$(bare_leader)" "$machine" 2>/dev/null || :
		wait "$machine" 2>/dev/null || :
	fi
	# Left by a debootstrap that was interrupted.
	! mountpoint -q "$root/proc" || umount "$root/proc"
	rm -rf --one-file-system "$WORK"
}

# The first process inside.
bare_leader() {
	cut -d ' ' -f 1 "/proc/$machine/task/$machine/children" 2>/dev/null
}

# impossible WORDS: no such Debian can be had here. With if_possible set that is no failure.
impossible() {
	echo "# $*" >&2
	if [ "${if_possible:-}" ]; then
		echo "1..0 # skip $*"
		exit 0
	fi
	echo "Bail out! $*"
	exit 1
}

# mirror_of LABEL RELEASE: where this machine has that archive from; nothing where it has it not.
mirror_of() {
	apt-get indextargets --format '$(LABEL)|$(RELEASE)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		awk -F '|' -v label="$1" -v release="$2" '$1 == label && $2 == release { print $3; exit }'
}

# bare_make OPTION...: what debootstrap makes by these, with its updates and its security archive.
bare_make() {
	[ "$(id -u)" = 0 ] || impossible 'a machine is made by root'
	local mirror security proxy=''
	mirror=$(mirror_of Debian bookworm)
	eval "$(apt-config shell proxy Acquire::http::Proxy)"
	${proxy:+env http_proxy="$proxy"} debootstrap "$@" bookworm "$root" ${mirror:+"$mirror"} >"$log" 2>&1 ||
		impossible "no Debian could be made: $(tail -n 1 "$log")"
	mirror=$(awk '$1 == "deb" { print $2; exit }' "$root/etc/apt/sources.list")
	security=$(mirror_of Debian-Security bookworm-security)
	cat >"$root/etc/apt/sources.list" <<-END
		deb $mirror bookworm main
		deb $mirror bookworm-updates main
		deb ${security:-${mirror%/}-security} bookworm-security main
	END
	hand_on_configuration
	in_root apt-get update || impossible "no packages could be had: $(tail -n 1 "$log")"
}

hand_on_configuration() {
	local variable file authorities=/etc/ssl/authorities.crt which
	mkdir -p "$root/etc/ssl"
	for variable in {http,https,ftp,all,no}_proxy {HTTP,HTTPS,ALL,NO}_PROXY "${!npm_config_@}"; do
		[ -z "${!variable:-}" ] || bare_environment+=("$variable=${!variable}")
	done
	apt-config dump | grep -E '^Acquire::(https?|ftp)::Proxy(::| )' >"$root/etc/apt/apt.conf.d/90proxy" || :

	for file in /etc/ssl/certs/ca-certificates.crt "${SSL_CERT_FILE:-}" "${NODE_EXTRA_CA_CERTS:-}" "$(npm_says cafile)"; do
		[ -f "$file" ] && realpath "$file"
	done | sort -u | xargs -r -d '\n' cat >"$root$authorities"
	if [ -s "$root$authorities" ]; then
		echo "Acquire::https::CAInfo \"$authorities\";" >"$root/etc/apt/apt.conf.d/90authorities"
		bare_environment+=("NODE_EXTRA_CA_CERTS=$authorities" "npm_config_cafile=$authorities")
	fi
	for which in globalconfig userconfig; do
		file=$(npm_says $which)
		[ ! -f "$file" ] || (umask 077 && cat "$file" >>"$root/root/.npmrc")
	done
}

npm_says() { # KEY
	(cd / && npm config get "$1" 2>/dev/null) || :
}

# Before anything in it is started.
in_root() {
	chroot "$root" env "${bare_environment[@]}" DEBIAN_FRONTEND=noninteractive "$@" >>"$log" 2>&1 </dev/null
}

# bare_start OPTION...: systemd-nspawn on it, in the background; sets machine.
bare_start() {
	local unified=1
	[ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] || unified=0
	SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=$unified SYSTEMD_NSPAWN_TMPFS_TMP=0 systemd-nspawn --quiet --register=no --keep-unit \
		--machine="breath-${WORK##*.}" --console=pipe -D "$root" "$@" </dev/null &
	machine=$!
}
