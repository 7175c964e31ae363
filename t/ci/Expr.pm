# Conditions of CI systems: "a == 'b' && !c()", "$A != $B || $C".
#
#	my $value = Expr::value($text, sub { lookup of a name }, \%functions);
package Expr;

use strict;
use warnings;

my ($rest, $lookup, $functions);

sub take {
	my ($pattern) = @_;

	return $rest =~ s/^\s*($pattern)// ? $1 : undef;
}

sub primary {
	my $token;

	return !primary() if defined take(qr/!(?!=)/);
	if (defined take(qr/\(/)) {
		my $value = either();
		defined take(qr/\)/) or die "')' is missing before '$rest'\n";
		return $value;
	}
	return substr $token, 1, -1 if defined($token = take(qr/'[^']*'|"[^"]*"/));
	return $token if defined($token = take(qr/[0-9]+/));
	return $lookup->($token) if defined($token = take(qr/\$\w+/));
	die "not understood: '$rest'\n" unless defined($token = take(qr/[a-zA-Z_][\w.-]*/));
	return $lookup->($token) unless defined take(qr/\(\s*\)/);
	my $function = $functions->{$token} or die "no function '$token'\n";
	return $function->();
}

sub compared {
	my $left = primary();
	my $operator = take(qr/[!=]=/);

	return $left unless defined $operator;
	my $right = primary();
	my $same = (defined $left ? $left : "") eq (defined $right ? $right : "");
	return $operator eq "==" ? $same : !$same;
}

sub both {
	my $left = compared();

	while (defined take(qr/&&/)) {
		my $right = compared();
		$left = $left && $right;
	}
	return $left;
}

sub either {
	my $left = both();

	while (defined take(qr/\|\|/)) {
		my $right = both();
		$left = $left || $right;
	}
	return $left;
}

sub value {
	my $text;

	($text, $lookup, $functions) = @_;
	$rest = $text;
	my $value = eval { either() };
	die "$text: $@" if $@;
	die "$text: more behind it: '$rest'\n" if $rest =~ /\S/;
	return $value;
}

1;
