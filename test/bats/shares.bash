# For the suites that look at shares: `load helper`, `load sync`, then `load shares`.

# share TOKEN WHAT: shares a figure; sets id, and shows to what it shows.
share() {
	api POST /stats/me/shares "{\"what\":\"$2\"}" "$1"
	expect_status 201
	read -r id shows < <(json '"\(.id) \(.shows)"')
}

# withdraw TOKEN ID
withdraw() {
	api DELETE "/stats/me/shares/$2" '' "$1"
	expect_status 204
}

# badge_says TEXT ID: does it now?
badge_says() {
	fetch "/badge/$2.svg" && [ "$status_code" = 200 ] && grep -qF "<title>breath master: $1</title>" "$body_file"
}

# expect_message TEXT ID: of its badge, of which nginx keeps what was for a second.
expect_message() {
	within 2 badge_says "$@" || {
		grep -o '<title>.*</title>' "$body_file" >&2
		return 1
	}
}

# shows_of TOKEN ID: what its owner is told that a share shows, without waiting for anything.
shows_of() {
	api GET /stats/me/shares '' "$1"
	expect_status 200
	json ".shares[] | select(.id == \"$2\").shows"
}

# expect_shows TEXT TOKEN ID
expect_shows() {
	local got
	got=$(shows_of "$2" "$3")
	[ "$got" = "$1" ] || {
		echo "the share shows $got, not $1" >&2
		return 1
	}
}
