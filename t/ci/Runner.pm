# What the two CI systems have in common: a new machine for each job, with
# nothing of this one but the tools of the system, and scripts that run there.
#
# The environment says where: FORGE is a folder with hub.git, the repository of
# the project, and machine/bin, the programs that a runner has besides those of
# the system. BREAK may name jobs that are not to get as far as measuring.
package Runner;

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Path qw(make_path);

my @kept = qw(LC_ALL CI_HUB_URL TZ TERM GIT_CONFIG_NOSYSTEM FORGE BREAK TEST_DIRECTORY
	ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS);
our $forge = abs_path($ENV{FORGE} || die "FORGE is not set\n");

# The next folder for a run, whoever else begins one now.
sub new_run {
	for (my $n = 1;; $n++) {
		return "$forge/run-$n" if mkdir "$forge/run-$n";
		die "$forge/run-$n: $!\n" unless $!{EEXIST};
	}
}

# A machine: its environment. $dir gets work/, home/ and temp/.
sub machine {
	my ($dir, %more) = @_;
	my %env = map { exists $ENV{$_} ? ($_ => $ENV{$_}) : () } @kept;

	make_path(map { "$dir/$_" } qw(work home temp));
	open my $in, "<", "$forge/machine/gitconfig" or die "machine/gitconfig: $!\n";
	open my $out, ">", "$dir/home/.gitconfig" or die "$dir/home/.gitconfig: $!\n";
	print $out $_ while <$in>;
	return (%env, PATH => "$forge/machine/bin:/usr/local/bin:/usr/bin:/bin",
		HOME => "$dir/home", CI => "true", %more);
}

# Run a command there; its exit status, or 128 + the signal.
sub run {
	my ($dir, $env, $log, @command) = @_;
	my $pid = fork;

	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		%ENV = map { $_ => defined $env->{$_} ? $env->{$_} : "" } keys %$env;
		open STDIN, "<", "/dev/null";
		open STDOUT, ">>", $log or die "$log: $!\n";
		open STDERR, ">&", \*STDOUT;
		chdir $dir or die "$dir: $!\n";
		exec @command or die "$command[0]: $!\n";
	}
	waitpid $pid, 0;
	return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

sub script {
	my ($path, $text) = @_;

	open my $out, ">", $path or die "$path: $!\n";
	print $out $text;
	close $out or die "$path: $!\n";
	return $path;
}

# As people see it in the browser.
sub show {
	my ($log) = @_;

	open my $in, "<", $log or return;
	print "  | $_" while <$in>;
}

sub is_broken {
	my ($job) = @_;

	return scalar grep { $_ eq $job } split / /, $ENV{BREAK} || "";
}

1;
