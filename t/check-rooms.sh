#!/bin/sh
#
# check-rooms.sh [<top of the tree>]
#
# The order of the code, as far as a machine can see it: lib/ROOMS, one door
# per dependency, where errors are born, who may print, and how long things
# may be. Prints a line for each violation; exits 1 if there is any.

cd "${1:-.}" || exit 128
set -- lib/ROOMS
for file in include/*.h include/gitperf/*.h include/gitperf/*/*.h \
	lib/*/*.[ch] lib/*/*.def cmd/*.[ch] cmd/*.def
do
	test ! -f "$file" || set -- "$@" "$file"
done

awk '
function bad(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	violations++
}

# The room whose public header include/gitperf/<name>.h is.
function room_of(name) {
	if (name ~ /^(common|error)$/)
		return "base"
	if (name ~ /^(record|platform|suite|policy|queue|plan|crew|sets|requests)$/)
		return "data"
	if (name ~ /^(repo|sys\/git2)$/)
		return "git"
	if (name == "notes")
		return "store"
	if (name == "machine")
		return "run"
	if (name == "purge")
		return "store"
	if (name ~ /^(compare|coverage|survey)$/)
		return "query"
	if (name == "share" || name == "transit")
		return "store"
	if (name ~ /^(hook|session|schedule|worker)$/)
		return "work"
	return name
}

function may_use(other) {
	if (other != room && !((room, other) in allowed))
		bad("room \"" room "\" may not use room \"" other "\" (lib/ROOMS)")
}

function only_in(where, what) {
	if (FILENAME !~ where)
		bad(what)
}

function check_include(header, quoted,    part) {
	if (header ~ /^git2/)
		only_in("^(lib/(git|store)/|include/gitperf/sys/)",
			"libgit2 is used only in lib/git and lib/store")
	else if (header ~ /^yajl\//)
		only_in("^lib/base/json\\.c$", "yajl is used only in lib/base/json.c")
	else if (header ~ /^(nettle\/|sha[0-9]*\.h|openssl\/)/)
		only_in("^lib/base/digest\\.c$",
			"digests are made only in lib/base/digest.c")
	else if (header ~ /^libssh2/)
		only_in("^lib/work/fleet[^/]*$", "libssh2 is used only in lib/work/fleet*.c")
	else if (area == "cmd") {
		if (quoted ? header ~ /\// : header ~ /^gitperf\//)
			bad("a command includes <gitperf.h>, not \"" header "\"")
	} else if (FILENAME == "include/gitperf.h")
		return
	else if (header == "gitperf.h")
		bad("the library includes the header it needs, not <gitperf.h>")
	else if (header ~ /^gitperf\//)
		may_use(room_of(substr(header, 9, length(header) - 10)))
	else if (quoted) {
		split(header, part, "/")
		if (header !~ /\//)
			bad("say the room: #include \"" room "/" header "\"")
		else
			may_use(part[1])
	}
}

# A line without comments and without what is inside quotes.
function code_of(line,    out, mark) {
	while (line != "") {
		if (in_comment) {
			if (!(mark = index(line, "*/")))
				return out
			line = substr(line, mark + 2)
			in_comment = 0
		}
		if (!match(line, "[\"\047]|/[*/]"))
			return out line
		out = out substr(line, 1, RSTART - 1)
		line = substr(line, RSTART)
		if (line ~ "^//")
			return out
		if (line ~ "^/[*]") {
			line = substr(line, 3)
			in_comment = 1
		} else if (match(line, "^\"([^\"\\\\]|\\\\.)*\"") ||
			   match(line, "^\047([^\047\\\\]|\\\\.)*\047"))
			line = substr(line, RLENGTH + 1)
		else
			return out
	}
	return out
}

function calls(code, names) {
	return code ~ ("(^|[^A-Za-z0-9_])(" names ")[ \t]*[(]")
}

function check_code(code) {
	if (FILENAME == "lib/base/banned.h")
		return
	if (calls(code, "v?fork|exec[lv][pe]*|execveat|posix_spawnp?|popen|system"))
		only_in("^(lib/base/spawn\\.c|lib/run/child(_[a-z]+)?\\.c|cmd/(ui|help)\\.c)$",
			"programs are started only in lib/base/spawn.c and lib/run/child*.c")
	if (area == "cmd")
		return
	if (calls(code, "getenv|secure_getenv"))
		only_in("^lib/base/", "the environment is read only in cmd/ and lib/base/")
	if (code ~ /(^|[^A-Za-z0-9_])(stdout|stderr)([^A-Za-z0-9_]|$)/ ||
	    calls(code, "v?printf|puts|putchar|perror"))
		bad("only commands print")
	if (calls(code, "exit|abort|assert"))
		bad("the library never ends the process")
	# code_of_errno() and its like translate, for gitperf_fail() only.
	if (area == "lib" && FILENAME != "lib/base/error.c" &&
	    signature !~ /code_of_[a-z]+[(]/ &&
	    code ~ /(^|[^A-Za-z0-9_])return[ \t(]*GITPERF_E[A-Z]|[^=!<>]=[ \t(]*GITPERF_E[A-Z]/)
		bad("errors are born only in gitperf_fail(), which gives them a message")
}

function check_length(code) {
	if (FNR == 501)
		bad("more than 500 lines: this file knows too much")
	if (code ~ /^\{/)
		start = FNR
	else if (code ~ /^\}/ && start) {
		if (FNR - start - 1 > 60)
			bad("a function of " FNR - start - 1 " lines; 60 is the most")
		start = 0
	}
}

FILENAME == "lib/ROOMS" {
	sub(/#.*/, "")
	if (!NF)
		next
	if ($1 !~ /^[a-z]+:$/)
		bad("not a room: " $1)
	name = substr($1, 1, length($1) - 1)
	rooms[name] = 1
	for (i = 2; i <= NF; i++) {
		if (!($i in rooms))
			bad("\"" name "\" uses \"" $i "\", which must come before it")
		allowed[name, $i] = 1
	}
	next
}

FNR == 1 {
	split(FILENAME, path, "/")
	area = path[1]
	room = path[2]
	start = in_comment = 0
	signature = ""
	if (area == "include") {
		room = FILENAME
		sub(/^include\/(gitperf\/)?/, "", room)
		sub(/\.h$/, "", room)
		room = room_of(room)
	}
	if (area == "lib" && !(room in rooms))
		bad("room \"" room "\" is not in lib/ROOMS")
}

{
	code = code_of($0)
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ && code !~ /^[ \t]*$/ {
	quoted = $0 ~ /include[ \t]*"/
	header = $0
	sub(/^[^<"]*[<"]/, "", header)
	sub(/[>"].*/, "", header)
	check_include(header, quoted)
}

{
	if (code ~ /^[A-Za-z_].*[(]/)
		signature = code
	check_code(code)
	check_length(code)
}

END {
	exit violations > 0
}
' "$@"
