# openmetrics.awk - complain of whatever OpenMetrics 1.0 does not allow, in what we write of it
#
#	LC_ALL=C awk -f t/openmetrics.awk file

function bad(what) {
	print "line " NR ": " what ": " $0
	wrong = 1
}

function begin(name) {
	if (name in families)
		bad("a family that was there before")
	families[name] = 1
	family = name
	type = unit = ""
}

# One label after the other; what is left of them, or "!" if that is none
function eat_labels(text, name) {
	delete names
	for (;;) {
		if (!match(text, /^[a-zA-Z_][a-zA-Z0-9_]*="/))
			return "!"
		name = substr(text, 1, RLENGTH - 2)
		if (name in names || name ~ /^__/)
			return "!"
		names[name] = 1
		text = substr(text, RLENGTH + 1)
		while (match(text, /^([^"\\]|\\["\\n])/))
			text = substr(text, RLENGTH + 1)
		if (substr(text, 1, 1) != "\"")
			return "!"
		text = substr(text, 2)
		if (substr(text, 1, 1) != ",")
			return text
		text = substr(text, 2)
	}
}

ended { bad("something behind the end") }
/^$/ { bad("an empty line"); next }
/^# EOF$/ { ended = 1; next }
/^# HELP / {
	begin($3)
	if (NF < 4)
		bad("no help")
	next
}
/^# TYPE / {
	if ($3 != family || type != "" || $4 != "gauge" || NF != 4)
		bad("a type out of place")
	type = $4
	next
}
/^# UNIT / {
	if ($3 != family || type == "" || unit != "" || NF != 4 || $3 !~ ("_" $4 "$"))
		bad("a unit out of place, or not part of the name")
	unit = $4
	next
}
/^#/ { bad("no comment is allowed"); next }
{
	rest = $0
	if (!match(rest, /^[a-zA-Z_:][a-zA-Z0-9_:]*/)) {
		bad("no name")
		next
	}
	name = substr(rest, 1, RLENGTH)
	if (name != family || type == "")
		bad("not of the family at hand")
	if (name ~ /_(total|count|sum|bucket|created)$/)
		bad("a name of another type")
	rest = substr(rest, RLENGTH + 1)
	if (substr(rest, 1, 1) == "{") {
		rest = eat_labels(substr(rest, 2))
		if (substr(rest, 1, 1) != "}") {
			bad("labels")
			next
		}
		rest = substr(rest, 2)
	}
	id = substr($0, 1, length($0) - length(rest))
	if (id in samples)
		bad("twice")
	samples[id] = 1
	if (rest !~ /^ -?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?$/)
		bad("no value")
	count++
}
END {
	if (!ended)
		print "no end"
	if (!count)
		print "no sample"
	exit wrong || !ended || !count
}
