#!/usr/bin/perl
# gitlab.pl <file> <source> <commit> [<base>]: what GitLab would do
#
# For a pipeline from a "push", a "schedule" or a "merge_request_event". Jobs
# stage by stage, those of a matrix at the same time, each on a machine of its
# own (Runner.pm). Prints what became of each job; 1 if one has failed. Files that
# are included are looked for beside it.
#
# $CI_PROJECT_URL, with .git behind it, is the repository. GIT_PERF_TOKEN is a
# protected variable with the environment scope "perf": jobs of main that name this
# environment see it, and they alone may push where there is no login.
use strict;
use warnings;
use File::Path qw(make_path);
use FindBin;
use lib $FindBin::Bin;
use Expr;
use Runner;
use Yaml;

my ($file, $source, $sha, $base) = @ARGV;
my $run = $ENV{CI_RUN} || Runner::new_run();
my %words = map { $_ => 1 } qw(stages workflow variables default include);
my $config = config($file);
my $url = $ENV{CI_PROJECT_URL} || "file://$Runner::forge/hub";
my (%results, %artifacts);

my %given = (GITLAB_CI => "true", CI_COMMIT_SHA => $sha, CI_DEFAULT_BRANCH => "main",
	CI_PIPELINE_SOURCE => $source, CI_PROJECT_URL => $url, CI_TOKEN => "read");
if ($source eq "merge_request_event") {
	$given{CI_MERGE_REQUEST_DIFF_BASE_SHA} = $base;
} else {
	%given = (%given, CI_COMMIT_BRANCH => "main", CI_COMMIT_REF_PROTECTED => "true");
}

# The second on top of the first: mappings become one, all else is replaced.
sub merged {
	my ($below, $top) = @_;

	return $top unless ref $below eq "HASH" && ref $top eq "HASH";
	return { %$below, map { $_ => exists $below->{$_} ? merged($below->{$_}, $top->{$_}) : $top->{$_} } keys %$top };
}

# A file, on top of what it includes.
sub config {
	my ($path) = @_;
	my $config = Yaml::file($path);
	my $included = $config->{include};
	(my $dir = $path) =~ s,[^/]*$,,;

	return defined $included ? merged(config($dir . $included), $config) : $config;
}

# What it extends, and its own on top.
sub job {
	my ($name) = @_;
	my $job = $config->{$name} or die "$file: no job '$name'\n";

	return $job unless defined $job->{extends};
	return merged(job($job->{extends}), $job);
}

# What is set for all jobs goes to those that do not say otherwise.
sub with_defaults {
	my ($job) = @_;
	my $inherit = exists(($job->{inherit} || {})->{default}) ? $job->{inherit}{default} : [keys %{$config->{default} || {}}];

	for my $key (ref $inherit eq "ARRAY" ? @$inherit : $inherit ? die "inherit: default: true\n" : ()) {
		$job->{$key} = $config->{default}{$key} if exists $config->{default}{$key} && !exists $job->{$key};
	}
	return $job;
}

# When it is run: "on_success", "always", or undef: not in this pipeline.
sub wanted {
	my ($job) = @_;

	return $source eq "merge_request_event" ? undef : "on_success" unless $job->{rules};
	for my $rule (@{$job->{rules}}) {
		next unless Expr::value($rule->{if}, sub { $given{substr $_[0], 1} });
		return defined $rule->{when} ? $rule->{when} : "on_success";
	}
	return undef;
}

sub checkout {
	my ($dir, $env, $log) = @_;
	my $depth = $env->{GIT_DEPTH} ? "--depth=$env->{GIT_DEPTH}" : "--update-shallow";
	(my $origin = "$url.git") =~ s,^(https?://),$1gitlab-ci-token:job-token@,;

	return Runner::run($dir, { %$env, ORIGIN => $origin, DEPTH => $depth }, $log, "sh", "-ec", '
		git init -q .
		git remote add origin "$ORIGIN"
		git fetch -q --no-tags "$DEPTH" "file://$FORGE/hub.git" "$CI_COMMIT_SHA"
		git checkout -q --detach FETCH_HEAD');
}

# What other jobs have left; no two may have left different things in one place.
sub fetch_artifacts {
	my ($dir, $env, $log, @jobs) = @_;

	for my $from (map { @{$artifacts{$_} || []} } @jobs) {
		Runner::run($dir, { %$env, FROM => $from }, $log, "sh", "-ec", '
			cd "$FROM"
			find . -type f | while read -r file
			do
				! test -e "$OLDPWD/$file" || cmp "$file" "$OLDPWD/$file"
				mkdir -p "$OLDPWD/${file%/*}"
				cp "$file" "$OLDPWD/$file"
			done') and return 1;
	}
	return 0;
}

sub keep_artifacts {
	my ($job, $name, $dir, $good) = @_;
	my $artifacts = $job->{artifacts} or return;
	my $when = $artifacts->{when} || "on_success";

	return unless $when eq "always" || $good;
	make_path("$dir/artifacts");
	for my $path (@{$artifacts->{paths}}) {
		system("cp", "-R", "$dir/work/$path", "$dir/artifacts/") if -e "$dir/work/$path";
	}
}

sub run_script {
	my ($job, $name, $dir, $env, $log) = @_;
	my @needs = ref $job->{needs} ? @{$job->{needs}} : keys %artifacts;
	my $script = join "", map { "$_\n" } @{$job->{before_script} || []}, @{$job->{script}};

	checkout("$dir/work", $env, $log) and return 0;
	fetch_artifacts("$dir/work", $env, $log, @needs) and return 0;
	my $path = Runner::script("$dir/script", $script);
	my $status = Runner::run("$dir/work", $env, $log, "bash", "--noprofile", "-eo", "pipefail", $path);
	open my $out, ">>", $log or die "$log: $!\n";
	print $out "exit status $status\n" if $status;
	return !$status;
}

# Variables of the project, by the scopes that they have.
sub secrets {
	my ($job) = @_;
	my $environment = $job->{environment} or return ();

	die "$file: a deployment\n" unless $environment->{action} eq "access";
	return () unless $given{CI_COMMIT_REF_PROTECTED} && $environment->{name} eq "perf";
	return (GIT_PERF_TOKEN => "project-token", CI_TOKEN => "write");
}

sub instances {
	my ($job) = @_;

	return $job->{parallel} ? @{$job->{parallel}{matrix}} : {};
}

sub run_job {
	my ($name, $job) = @_;
	my (@pids, %dirs);

	for my $matrix (instances($job)) {
		my $title = $name . ($matrix->{PLATFORM} ? ": [$matrix->{PLATFORM}]" : "");
		my $dir = "$run/" . ($matrix->{PLATFORM} ? "$name-$matrix->{PLATFORM}" : $name);
		my %env = Runner::machine($dir, %given, %{$config->{variables} || {}},
			%{$job->{variables} || {}}, %$matrix, secrets($job));
		push @pids, [my $pid = fork, $title, $dir];
		next if $pid;
		my $good = !Runner::is_broken($matrix->{PLATFORM} || $name) &&
			run_script($job, $name, $dir, \%env, "$dir/log");
		keep_artifacts($job, $name, $dir, $good);
		exit !$good;
	}
	for my $instance (@pids) {
		my ($pid, $title, $dir) = @$instance;
		waitpid $pid, 0;
		$results{$name} = $? || $results{$name} ? "failed" : 0;
		print "$title: ", $? ? "failed" : "success", "\n";
		Runner::show("$dir/log");
		push @{$artifacts{$name}}, "$dir/artifacts" if -d "$dir/artifacts";
	}
}

# Those of one stage in the order of what they need, which may be of the same one.
sub sorted {
	my ($jobs) = @_;
	my (@order, %done);
	my %left = %$jobs;

	while (%left) {
		my ($name) = grep { !grep { $left{$_} } @{$left{$_}{needs} || []} } sort keys %left;
		delete $left{defined $name ? $name : die "$file: jobs that need one another\n"};
		push @order, $name;
	}
	return @order;
}

$| = 1;
my @stages = (".pre", @{$config->{stages} || [qw(build test deploy)]}, ".post");
my %jobs = map { $_ => with_defaults(job($_)) } grep { !/^\./ && !$words{$_} } keys %$config;
my %wanted = map { my $when = wanted($jobs{$_}); defined $when ? ($_ => $when) : () } keys %jobs;
for my $name (keys %wanted) {
	my $job = $jobs{$name};
	$job->{stage} = "test" unless defined $job->{stage};
	die "$file: $name is of no stage that there is\n" unless grep { $_ eq $job->{stage} } @stages;
	die "$file: $name can be cancelled\n" if $job->{interruptible} && $name =~ /^perf-/;
	die "$file: $name needs what is not there\n" if grep { !$wanted{$_} } @{$job->{needs} || []};
}
if (!grep { $jobs{$_}{stage} !~ /^\.p/ } keys %wanted) {
	print "no pipeline\n";
	exit 0;
}
for my $stage (@stages) {
	my %now = map { $_ => $jobs{$_} } grep { $jobs{$_}{stage} eq $stage } keys %wanted;
	for my $name (sorted(\%now)) {
		my @before = @{$now{$name}{needs} || [keys %results]};
		if ($wanted{$name} ne "always" && grep { $results{$_} } @before) {
			print "$name: skipped\n";
			next;
		}
		run_job($name, $now{$name});
	}
}
exit(grep({ $_ } values %results) ? 1 : 0);
