# shellcheck shell=sh
#
# What git perf log must show of a range, according to git: the commits of the
# first-parent chain that have records of x86-64-linux.

# The commits that have a value, as git perf log has them in this range.
measured () {
	git perf log --porcelain=v1 --platform=x86-64-linux "$@" | cut -f9
}

# The same, by git: [-n <n>] <revision>, or A..B, also with an empty side. Not
# "git rev-list A..B", which may be wrong when clocks were.
measured_by_git () {
	git perf ls --platform=x86-64-linux | cut -f2 | sort -u >have
	case $1 in
	*..*)
		git rev-list --first-parent "${1#*..}" >chain
		git rev-list "${1%%..*}" >without
		grep -v -F -f without chain
		;;
	*)
		git rev-list --first-parent "$@"
		;;
	esac | grep -F -f have
}

# A range with HEAD written out.
full () {
	case $1 in
	..*) echo "HEAD$1" ;;
	*..) echo "$1HEAD" ;;
	*) echo "$1" ;;
	esac
}
