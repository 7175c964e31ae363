# shellcheck shell=bash
#
# Bash completion for "git perf" (git's own completion calls _git_perf) and
# for "git-perf". Commands and options are asked of the program itself, so
# that there is no second list to keep up to date.

__git_perf_ask () {
	if declare -F __git >/dev/null
	then
		__git perf "$@"
	else
		git perf "$@"
	fi 2>/dev/null </dev/null
}

__git_perf_commands () {
	__git_perf_ask help | sed -n 's/^   \([a-z][a-z-]*\) .*/\1/p'
}

# The options of a command, as they are typed: "-n", "--platform=", "--path"
__git_perf_options () {
	__git_perf_ask "$1" -h | sed -n \
		-e '/^    -/!d' -e 's/^    //' -e 's/  .*//' \
		-e 's/\[=.*//' -e 's/<[^>]*>.*//' -e 's/, /\n/' -e 's/ *\(\n\|$\)/\1/g' -e p
}

__git_perf_platforms () {
	{
		__git_perf_ask ls | cut -f1 | uniq
		# those to be measured on, which may have no result yet
		sed -n 's/^[[:space:]]*\[platform "\([^"]*\)"\].*/\1/pI' \
			"$(git rev-parse --show-toplevel 2>/dev/null)/.gitperf" 2>/dev/null
	} | sort -u
}

__git_perf_remotes () {
	git remote 2>/dev/null
}

__git_perf_records () {
	__git_perf_ask ls | cut -f3
}

# Those of the queue, as this clone knows it
__git_perf_workers () {
	__git_perf_ask worker --cached --json | grep -o '"name":"[^"]*"' |
		sed 's/.*:"\(.*\)"/\1/' | sort -u
}

# What can be typed without quotes
__git_perf_benchmarks () {
	__git_perf_ask log --porcelain=v1 | cut -f3 | sort -u |
		grep -E '^[A-Za-z0-9_.,:/@%+-]+$'
}

# Of the suite, with its tags: what "git perf run" can be told to measure
__git_perf_suite () {
	local file
	file=$(git rev-parse --show-toplevel 2>/dev/null)/.gitperf
	{
		git config -f "$file" --name-only --get-regexp '^benchmark\..*\.command$' |
			sed -e 's/^benchmark\.//' -e 's/\.command$//'
		git config -f "$file" --get-regexp '^benchmark\..*\.tags$' |
			cut -d' ' -f2- | tr ', ' '\n\n' | sed -n 's/^./tag:&/p'
	} 2>/dev/null | sort -u | grep -E '^[A-Za-z0-9_.,:/@%+-]+$'
}

__git_perf_refs () {
	if declare -F __git_refs >/dev/null
	then
		__git_refs
	else
		git for-each-ref --format='%(refname:short)' 2>/dev/null
	fi
}

# Offer the words, one a line, that begin with $2. Those that want a value end
# in "=", and nothing follows them; behind the others is a blank.
__git_perf_offer () {
	local word
	if declare -F __gitcomp >/dev/null
	then
		# it splits at white space, which no word has
		__gitcomp "$1" "" "$2"
		return
	fi
	COMPREPLY=()
	while read -r word
	do
		case $word in
		'') ;;
		"$2"*=) COMPREPLY+=("$word") ;;
		"$2"*) COMPREPLY+=("$word ") ;;
		esac
	done <<<"$1"
}

# The value of an option, if one is being typed; files are bash's business
__git_perf_value () {
	case $1 in
	-p|--platform) __git_perf_offer "$(__git_perf_platforms)" "$2" ;;
	--base|--commit) __git_perf_offer "$(__git_perf_refs)" "$2" ;;
	--ci) __git_perf_offer $'cron\ngithub\ngitlab' "$2" ;;
	--push|--remote) __git_perf_offer "$(__git_perf_remotes)" "$2" ;;
	--wait) __git_perf_offer "$(__git_perf_platforms)" "$2" ;;
	--color) __git_perf_offer $'always\nauto\nnever' "$2" ;;
	esac
}

# __git_perf_complete <command> <current word> <previous word> <seen "--">
__git_perf_complete () {
	local command=$1 cur=$2 prev=$3 behind=$4

	case $behind,$command in
	t,diff|t,log)
		__git_perf_offer "$(__git_perf_benchmarks)" "$cur"
		return ;;
	t,run)
		test "$prev" != -- ||
		__git_perf_offer "$(compgen -c -- "$cur" | sort -u)" "$cur"
		return ;;
	t,*)
		return ;;
	esac
	case $cur in
	--*=*)
		__git_perf_value "${cur%%=*}" "${cur#*=}"
		return ;;
	-*)
		__git_perf_offer "$(__git_perf_options "$command")" "$cur"
		return ;;
	esac
	# does the word before want a value?
	if [[ $prev == -* && $prev != *=* ]] &&
		__git_perf_ask "$command" -h |
		grep -q -E -e "^    (-., )?${prev}[ =]<|^    ${prev}, [^ ]*=<"
	then
		__git_perf_value "$prev" "$cur"
		return
	fi
	case $command in
	cat|purge)
		__git_perf_offer "$(__git_perf_records)" "$cur" ;;
	coverage|diff|ls|request)
		__git_perf_offer "$(__git_perf_refs)" "$cur" ;;
	fetch|push)
		__git_perf_offer "$(__git_perf_remotes)" "$cur" ;;
	help)
		__git_perf_offer "$(__git_perf_commands)"$'\nsuite\nrecord\nstore\nsharing\ngitperf-queue\nworkers' "$cur" ;;
	hook)
		__git_perf_offer $'install\nstatus\nuninstall' "$cur" ;;
	log)
		__git_perf_offer "$(__git_perf_refs; __git_perf_benchmarks)" "$cur" ;;
	run)
		__git_perf_offer "$(__git_perf_suite)" "$cur" ;;
	show)
		__git_perf_offer "$(__git_perf_refs; __git_perf_records)" "$cur" ;;
	worker)
		if [[ $prev == worker ]]
		then
			__git_perf_offer $'add\ndrain\nlist\npause\nresume\nretire' "$cur"
		else
			__git_perf_offer "$(__git_perf_workers)" "$cur"
		fi ;;
	esac
	# collect and verify: files, which bash offers when we offer nothing
}

# __git_perf_words <index of the current word> <word>...: behind "perf"
__git_perf_words () {
	local at=$1 i command='' behind=''
	shift
	local words=("$@")

	for ((i = 0; i < at; i++))
	do
		case ${words[i]} in
		--) behind=t ;;
		-*) ;;
		*) command=${command:-${words[i]}} ;;
		esac
	done
	if test -z "$command"
	then
		__git_perf_offer "$(__git_perf_commands)" "${words[at]}"
	else
		__git_perf_complete "$command" "${words[at]}" \
			"${words[at - 1]}" "$behind"
	fi
}

# Called by git's completion, which has set words, cword and __git_cmd_idx
_git_perf () {
	local from=$((${__git_cmd_idx:-1} + 1))

	# shellcheck disable=SC2154
	__git_perf_words $((cword - from)) "${words[@]:from}"
}

# For git-perf itself: bash has made words of their own of "=" signs
_git_perf_alone () {
	local words=() i at=0 glue=

	for ((i = 1; i <= COMP_CWORD; i++))
	do
		if [[ ${COMP_WORDS[i]} == = ]]
		then
			words[at - 1]+='='
			glue=t
		elif test -n "$glue"
		then
			words[at - 1]+=${COMP_WORDS[i]}
			glue=
		else
			words[at++]=${COMP_WORDS[i]}
		fi
	done
	__git_perf_words $((at - 1)) "${words[@]}"
}

complete -o bashdefault -o default -o nospace -F _git_perf_alone git-perf
