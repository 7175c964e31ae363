#!/bin/sh
#
# actions.sh <action>: what the actions that examples use would do, on this
# machine. Inputs are in INPUT_..., as there; the rest is from github.pl. An
# action that is not in here fails, so that no example uses one untried.

set -e

# tilde <path>
tilde () {
	case $1 in
	[~]/*) echo "$HOME/${1#??}" ;;
	*) echo "$1" ;;
	esac
}

# only <input>...: the action has no other input here
only () {
	for input in $(env | sed -n 's/^INPUT_\([A-Z_]*\)=.*/\1/p')
	do
		case " $* " in
		*" $input "*) ;;
		*) echo "actions.sh: $action has no $input here"; exit 1 ;;
		esac
	done
}

# The commit alone, and not on a branch; with it as much history as asked for.
checkout () {
	only REF FETCH_DEPTH PERSIST_CREDENTIALS
	: "${INPUT_REF:?the commit is not said: another job may measure another one}"
	git init -q .
	git remote add origin "${CI_HUB_URL:-file://$FORGE/hub.git}"
	git fetch -q --no-tags --depth="${INPUT_FETCH_DEPTH:-1}" \
		"file://$FORGE/hub.git" "$INPUT_REF"
	git checkout -q --detach FETCH_HEAD
	test "$INPUT_PERSIST_CREDENTIALS" = false ||
	git config http.extraHeader "AUTHORIZATION: basic $(printf x-access-token:token-of-the-job | base64)"
}

# Copied back now, and kept at the end if it is new.
cache () {
	only KEY PATH
	mkdir -p "$FORGE/cache"
	if test -d "$FORGE/cache/$INPUT_KEY"
	then
		cp -R "$FORGE/cache/$INPUT_KEY" "$(tilde "$INPUT_PATH")"
	else
		printf '%s\n' "$INPUT_KEY" "$(tilde "$INPUT_PATH")" >"$RUNNER_TEMP/cache"
	fi
}

post () {
	test -f "$RUNNER_TEMP/cache" || return 0
	{ read -r key && read -r path; } <"$RUNNER_TEMP/cache"
	test ! -d "$path" || test -d "$FORGE/cache/$key" ||
	cp -R "$path" "$FORGE/cache/$key"
}

# What is in the folder; names cannot be used twice.
upload () {
	only NAME PATH IF_NO_FILES_FOUND
	case $INPUT_PATH in
	*/) ;;
	*) echo "actions.sh: a folder ends in /"; exit 1 ;;
	esac
	if ! test -d "$INPUT_PATH" || test -z "$(ls -A "$INPUT_PATH")"
	then
		test "$INPUT_IF_NO_FILES_FOUND" = ignore
		return
	fi
	mkdir "$CI_ARTIFACTS/$INPUT_NAME"
	cp -R "$INPUT_PATH." "$CI_ARTIFACTS/$INPUT_NAME"
}

# Each that matches gets a folder of its own.
download () {
	only PATTERN PATH
	: "${INPUT_PATTERN:?}"
	for artifact in "$CI_ARTIFACTS"/*
	do
		# shellcheck disable=SC2254
		case ${artifact##*/} in
		\*) ;;
		$INPUT_PATTERN)
			mkdir -p "$INPUT_PATH"
			cp -R "$artifact" "$INPUT_PATH"
			;;
		esac
	done
}

action=$1
case $action in
actions/checkout@v5) checkout ;;
actions/cache@v5) cache ;;
actions/upload-artifact@v6) upload ;;
actions/download-artifact@v7) download ;;
post) post ;;
*) echo "actions.sh: no action '$action' here"; exit 1 ;;
esac
