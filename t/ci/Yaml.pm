# The part of YAML that CI files of this project are written in: mappings and
# lists in blocks, lists and mappings in one line, scalars, "quoted" ones, text
# after "|". Anything else is refused with the number of its line, so that no
# file is understood in another way than a real parser would.
#
#	my $data = Yaml::parse($text);    # hashes, arrays, strings, numbers,
#	                                  # JSON::PP's true and false, undef
package Yaml;

use strict;
use warnings;
use JSON::PP::Boolean ();

my (@lines, $at);

# As JSON::PP has them, which itself takes longer to load than to read a file.
my ($true, $false) = map { my $value = $_; bless \$value, "JSON::PP::Boolean" } 1, 0;

sub refuse {
	die "line " . ($at + 1) . ": $_[0]: $lines[$at]\n";
}

# The indentation of the next line that says something, or -1 at the end.
sub peek {
	$at++ while $at < @lines && $lines[$at] =~ /^\s*(#.*)?$/;
	return -1 if $at >= @lines;
	refuse("a tab") if $lines[$at] =~ /^ *\t/;
	$lines[$at] =~ /^( *)/;
	return length $1;
}

sub plain {
	my ($text) = @_;

	return undef if $text =~ /^(?:~|null)?$/;
	return $true if $text eq "true";
	return $false if $text eq "false";
	return $text + 0 if $text =~ /^(?:0|-?[1-9][0-9]*)$/;
	# what a real parser takes for something else
	refuse("neither text nor a number") if
		$text =~ /^(?:yes|no|on|off|y|n|true|false|null|\.inf|\.nan)$/i ||
		$text =~ /^[-+.]?[0-9][0-9a-f_.,:xo+-]*$/i && $text !~ /^[0-9]+\.[0-9]+\.[0-9]/;
	refuse("a plain scalar that is none") if
		$text =~ /^[&*!|>%@`"'#{}\[\],?-]/ || $text =~ /: |:$| #/;
	return $text;
}

# One value at the beginning of $$rest, in a line's list or mapping if $inside.
sub flow {
	my ($rest, $inside) = @_;

	if ($$rest =~ s/^\[\s*//) {
		my @list;
		until ($$rest =~ s/^\]//) {
			push @list, flow($rest, 1);
			$$rest =~ s/^\s*,\s*// or $$rest =~ /^\s*\]/ or refuse("a list that does not end");
			$$rest =~ s/^\s+//;
		}
		return \@list;
	}
	if ($$rest =~ s/^\{\s*//) {
		my %map;
		until ($$rest =~ s/^\}//) {
			$$rest =~ s/^([\w.-]+):\s+// or refuse("a key is missing");
			$map{$1} = flow($rest, 1);
			$$rest =~ s/^\s*,\s*// or $$rest =~ /^\s*\}/ or refuse("a mapping that does not end");
			$$rest =~ s/^\s+//;
		}
		return \%map;
	}
	if ($$rest =~ s/^'((?:[^']|'')*)'//) {
		(my $text = $1) =~ s/''/'/g;
		return $text;
	}
	if ($$rest =~ s/^"((?:[^"\\]|\\["\\])*)"//) {
		(my $text = $1) =~ s/\\(.)/$1/g;
		return $text;
	}
	if ($inside) {
		$$rest =~ s/^([^\s,\[\]{}](?:[^,\[\]{}]*[^\s,\[\]{}])?)// or refuse("a value is missing");
		return plain($1);
	}
	my $text = $$rest;
	$$rest = "";
	$text =~ s/\s+#.*$//;
	$text =~ s/\s+$//;
	return plain($text);
}

# What stands behind "key:" or "-" in its line, but for text.
sub inline {
	my ($rest) = @_;
	my $value = flow(\$rest, 0);

	refuse("more behind a value") if $rest !~ /^\s*(?:\s#.*)?$/;
	$at++;
	return $value;
}

# Text behind "|", which is indented deeper than $indent.
sub text {
	my ($indent, $chomp) = @_;
	my ($text, $depth) = ("", 0);

	for ($at++; $at < @lines; $at++) {
		my $line = $lines[$at];
		$line =~ /^( *)(.*)$/;
		if ($2 ne "") {
			last if length $1 <= $indent;
			$depth ||= length $1;
			refuse("text that is less indented") if length $1 < $depth;
		}
		$text .= ($2 eq "" ? "" : substr $line, $depth) . "\n";
	}
	$text =~ s/\n+$/\n/;
	chomp $text if $chomp;
	return $text;
}

sub value {
	my ($rest, $indent, $in_map) = @_;

	return text($indent, $1) if $rest =~ /^\|(-?)\s*$/;
	return inline($rest) unless $rest =~ /^(?:#.*)?$/;
	$at++;
	my $next = peek();
	return node($next) if $next > $indent;
	return node($next) if $in_map && $next == $indent && $lines[$at] =~ /^ *- /;
	return undef;
}

sub node {
	my ($indent) = @_;
	my ($map, $list);

	while (peek() == $indent) {
		if ($lines[$at] =~ /^ *-(?: +(.*))?$/) {
			refuse("a list in a mapping") if $map;
			my $rest = defined $1 ? $1 : "";
			if ($rest =~ /^[\w.-]+:(?: |$)/) {
				$lines[$at] =~ s/-/ /;
				push @$list, node(peek());
			} else {
				push @$list, value($rest, $indent, 0);
			}
		} elsif ($lines[$at] =~ /^ *([\w.][\w.-]*|"[^"\\]+"|'[^']+'):(?: +(.*))?$/) {
			last if $list;
			my ($key, $rest) = ($1, defined $2 ? $2 : "");
			$key =~ s/^(["'])(.*)\1$/$2/;
			refuse("the same key again") if exists $map->{$key};
			$map->{$key} = undef;
			$map->{$key} = value($rest, $indent, 1);
		} else {
			refuse("not understood");
		}
	}
	refuse("unexpected indentation") if peek() > $indent;
	return $map || $list;
}

sub parse {
	my ($text) = @_;

	@lines = split /\n/, $text, -1;
	$at = 0;
	my $indent = peek();
	die "nothing there\n" if $indent < 0;
	my $data = node($indent);
	refuse("not understood") if peek() >= 0;
	return $data;
}

sub file {
	my ($path) = @_;

	open my $in, "<", $path or die "$path: $!\n";
	my $data = eval { parse(do { local $/; <$in> }) };
	die "$path: $@" if $@;
	return $data;
}

1;
