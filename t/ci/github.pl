#!/usr/bin/perl
# github.pl <workflow> <event> <commit> [<attempt>]: what GitHub Actions would do
#
# Jobs in the order of what they need, those of a matrix at the same time, each
# on a machine of its own (Runner.pm). "run" is bash, as there; "uses" is looked
# up in actions.sh, which knows the few actions that there are in examples, and
# stops at any other. Prints what became of each job; 1 if one has failed.
#
# With CI_RUN, a run that there was before, it is another attempt; with CI_ONLY, of
# that job alone. A push is allowed by the job's own "permissions" alone: CI_TOKEN is "write" or
# "read", which a hook of the repository looks at.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Expr;
use Runner;
use Yaml;

my ($file, $event, $sha, $attempt) = @ARGV;
my $workflow = Yaml::file($file);
my $run = $ENV{CI_RUN} || Runner::new_run();
my %results;

die "$file: not for '$event'\n" unless ref $workflow->{on} ?
	exists $workflow->{on}{$event} : $workflow->{on} eq $event;
my %github = (sha => $sha, event_name => $event, run_attempt => $attempt || 1, token => "token-of-the-job");

# --- Expressions ---

sub lookup {
	my ($name, $context) = @_;
	my $value = $context;

	for my $part (split /\./, $name) {
		die "nothing is called '$name'\n" unless ref $value eq "HASH" && exists $value->{$part};
		$value = $value->{$part};
	}
	return $value;
}

sub evaluate {
	my ($text, $context, $functions) = @_;

	return Expr::value($text, sub { lookup($_[0], $context) }, $functions || {});
}

sub filled {
	my ($text, $context) = @_;

	return $text unless defined $text;
	return $text ? "true" : "false" if ref $text eq "JSON::PP::Boolean";
	$text =~ s/\$\{\{(.*?)\}\}/evaluate($1, $context)/ge;
	return "$text";
}

# Without a word about the status, it has to be a good one.
sub is_wanted {
	my ($if, $good, $context) = @_;

	return $good unless defined $if;
	$if =~ s/^\$\{\{(.*)\}\}$/$1/;
	my $value = evaluate($if, $context, {
		always => sub { 1 }, success => sub { $good }, failure => sub { !$good },
		cancelled => sub { 0 } });
	return $if =~ /\b(?:always|success|failure|cancelled)\(/ ? $value : $good && $value;
}

# --- Steps ---

# Lines that a step has left for the next ones.
sub left {
	my ($path) = @_;

	open my $in, "<", $path or return;
	chomp(my @lines = <$in>);
	return @lines;
}

sub step_env {
	my ($job, $step) = @_;
	my %env = %{$job->{env}};

	$env{PATH} = join ":", (reverse left("$job->{dir}/path")), $env{PATH};
	$env{$_} = filled($step->{env}{$_}, $job->{context}) for keys %{$step->{env} || {}};
	return \%env;
}

sub run_step {
	my ($job, $step, $n) = @_;
	my $env = step_env($job, $step);
	my $dir = "$job->{dir}/work";

	if (defined $step->{run}) {
		die "$file: an expression in a script\n" if $step->{run} =~ /\$\{\{/;
		my $script = Runner::script("$job->{dir}/step-$n", $step->{run});
		return Runner::run($dir, $env, $job->{log}, "bash", "-e", $script);
	}
	for my $name (keys %{$step->{with} || {}}) {
		(my $input = "INPUT_" . uc $name) =~ s/-/_/g;
		$env->{$input} = filled($step->{with}{$name}, $job->{context});
	}
	return Runner::run($dir, $env, $job->{log}, "sh", "$FindBin::Bin/actions.sh", $step->{uses});
}

sub note {
	my ($job, $text) = @_;

	open my $log, ">>", $job->{log} or die "$job->{log}: $!\n";
	print $log "## $text\n";
}

sub run_steps {
	my ($job) = @_;
	my ($good, $n) = (1, 0);

	for my $step (@{$job->{steps}}) {
		$n++;
		next unless is_wanted($step->{if}, $good, $job->{context});
		note($job, defined $step->{name} ? $step->{name} : $step->{uses});
		my $status = run_step($job, $step, $n);
		next unless $status;
		note($job, "exit status $status");
		$good = 0;
	}
	# what actions do at the end of a job
	Runner::run("$job->{dir}/work", step_env($job, {}), $job->{log}, "sh",
		"$FindBin::Bin/actions.sh", "post") if $good;
	return $good;
}

# --- Jobs ---

sub may_write {
	my ($job) = @_;
	my $permissions = $job->{permissions} || $workflow->{permissions} ||
		die "$file: permissions are left to the settings of the repository\n";

	return ($permissions->{contents} || "none") eq "write";
}

sub prepare {
	my ($name, $job, $matrix) = @_;
	my $title = $name . ($matrix ? " ($matrix->{platform})" : "");
	my %context = (github => \%github, matrix => $matrix || {}, env => {});
	my $dir = "$run/jobs/$github{run_attempt}/" . ($matrix ? "$name-$matrix->{platform}" : $name);
	my %env = Runner::machine($dir,
		GITHUB_ACTIONS => "true", GITHUB_SHA => $sha, GITHUB_EVENT_NAME => $event,
		GITHUB_PATH => "$dir/path", GITHUB_WORKSPACE => "$dir/work", RUNNER_TEMP => "$dir/temp",
		CI_TOKEN => may_write($job) ? "write" : "read", CI_ARTIFACTS => "$run/artifacts");

	for my $level ($workflow->{env} || {}, $job->{env} || {}) {
		$context{env}{$_} = $env{$_} = filled($level->{$_}, \%context) for keys %$level;
	}
	return { title => $title, dir => $dir, log => "$dir/log", env => \%env,
		context => \%context, steps => $job->{steps},
		broken => Runner::is_broken($matrix ? $matrix->{platform} : $name) };
}

sub instances {
	my ($name, $job) = @_;
	my $strategy = $job->{strategy} or return prepare($name, $job);

	die "$file: fail-fast\n" unless exists $strategy->{"fail-fast"} && !$strategy->{"fail-fast"};
	return map { prepare($name, $job, $_) } @{$strategy->{matrix}{include}};
}

# All of a matrix at once; what each has printed comes in order.
sub run_job {
	my ($name, $job) = @_;
	my @instances = instances($name, $job);
	my $result = "success";

	for my $instance (@instances) {
		next if $instance->{pid} = fork;
		exit($instance->{broken} || !run_steps($instance));
	}
	for my $instance (@instances) {
		waitpid $instance->{pid}, 0;
		my $status = $? ? "failure" : "success";
		$result = $status if $?;
		print "$instance->{title}: $status\n";
		Runner::show($instance->{log});
	}
	return $result;
}

sub needs {
	my ($job) = @_;

	return ref $job->{needs} ? @{$job->{needs}} : defined $job->{needs} ? $job->{needs} : ();
}

$| = 1;
mkdir "$run/artifacts";
my %left = %{$workflow->{jobs}};
while (%left) {
	my ($name) = grep { !grep { !$results{$_} } needs($left{$_}) } sort keys %left;
	my $job = delete $left{defined $name ? $name : die "$file: jobs that need one another\n"};
	my $good = !grep { $results{$_} ne "success" } needs($job);
	$results{$name} = ($ENV{CI_ONLY} || $name) ne $name ? "success" : is_wanted($job->{if}, $good, { github => \%github }) ?
		run_job($name, $job) : "skipped";
	print "$name: skipped\n" if $results{$name} eq "skipped";
}
exit(grep({ $_ eq "failure" } values %results) ? 1 : 0);
