#!/bin/sh

test_description='git perf doctor: what makes a host noisy

Hosts are made of files below a folder that stands for "/". What can only be
measured on the spot (the timer, the neighbours, ...) is not looked at there,
and is tried on the real host.
'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

cpu=/sys/devices/system/cpu

# put <path> [<line>...]: a file of the host being made, "$host"
put () {
	path_=$host$1
	shift
	mkdir -p "${path_%/*}" &&
	printf '%s\n' "$@" >"$path_"
}

# cores <n> <governor> <lowest kHz> <highest kHz> [<preference>]
cores () {
	put $cpu/present "0-$(($1 - 1))" &&
	put $cpu/online "0-$(($1 - 1))" &&
	n_=0 &&
	while test $n_ -lt "$1"
	do
		put $cpu/cpu$n_/cpufreq/scaling_governor "$2" &&
		put $cpu/cpu$n_/cpufreq/scaling_driver "$driver" &&
		put $cpu/cpu$n_/cpufreq/scaling_min_freq "$3" &&
		put $cpu/cpu$n_/cpufreq/scaling_max_freq "$4" &&
		{ test -z "$5" ||
			put $cpu/cpu$n_/cpufreq/energy_performance_preference "$5"; } &&
		put $cpu/cpu$n_/thermal_throttle/core_throttle_count 0 &&
		put $cpu/cpu$n_/thermal_throttle/package_throttle_count 0 &&
		n_=$((n_ + 1)) || return 1
	done
}

# memory <total> <available> <swap> <unused swap>, in MiB
memory () {
	put /proc/meminfo "MemTotal:       $(($1 * 1024)) kB" \
		"MemFree:           12345 kB" \
		"MemAvailable:   $(($2 * 1024)) kB" \
		"SwapTotal:      $(($3 * 1024)) kB" "SwapFree:       $(($4 * 1024)) kB"
}

# A server on which somebody has done everything for quiet
make_server () {
	host=$PWD/server driver=intel_pstate &&
	cores 4 performance 800000 3200000 performance &&
	put $cpu/intel_pstate/no_turbo 1 &&
	put $cpu/smt/active 0 &&
	put $cpu/isolated 2-3 &&
	put $cpu/nohz_full 2-3 &&
	put /proc/cpuinfo "processor	: 0" "model name	: Some CPU" "flags		: fpu vme sse" &&
	put /proc/stat "cpu  100 0 50 9850 0 0 0 0 0 0" &&
	put /proc/loadavg "0.03 0.02 0.00 1/200 4000" &&
	memory 64000 60000 0 0 &&
	put /proc/self/cgroup "0::/user.slice" &&
	put /sys/fs/cgroup/cgroup.controllers "cpu memory" &&
	put /sys/fs/cgroup/user.slice/cpu.max "max 100000" &&
	put /proc/self/status "Name:	git-perf" "Cpus_allowed_list:	0-3" &&
	put /proc/sys/kernel/randomize_va_space 0 &&
	put /proc/sys/kernel/perf_event_paranoid -1 &&
	put /sys/bus/event_source/devices/cpu/type 4 &&
	put /sys/kernel/mm/transparent_hugepage/enabled "always madvise [never]" &&
	put /sys/devices/system/clocksource/clocksource0/current_clocksource tsc &&
	mkdir -p "$host/sys/class/power_supply"
}

make_laptop () {
	host=$PWD/laptop driver=intel_pstate &&
	cores 8 powersave 400000 4700000 balance_power &&
	put $cpu/intel_pstate/no_turbo 0 &&
	put $cpu/smt/active 1 &&
	put $cpu/isolated "" &&
	put $cpu/cpu3/thermal_throttle/core_throttle_count 7 &&
	put $cpu/cpu3/thermal_throttle/package_throttle_count 31 &&
	put /proc/cpuinfo "processor	: 0" "model name	: Some CPU" "flags		: fpu vme sse" &&
	put /proc/stat "cpu  100 0 50 9850 0 0 0 0 0 0" &&
	put /proc/loadavg "1.46 0.90 0.50 3/1200 4000" &&
	memory 15800 1300 8192 6100 &&
	put /proc/sys/vm/swappiness 60 &&
	put /proc/self/cgroup "0::/user.slice/user-1000.slice/session-2.scope" &&
	put /sys/fs/cgroup/cgroup.controllers "cpu memory" &&
	put /proc/self/status "Name:	git-perf" "Cpus_allowed_list:	0-7" &&
	put /proc/sys/kernel/randomize_va_space 2 &&
	put /proc/sys/kernel/perf_event_paranoid 4 &&
	put /sys/bus/event_source/devices/cpu_core/type 4 &&
	put /sys/kernel/mm/transparent_hugepage/enabled "[always] madvise never" &&
	put /sys/devices/system/clocksource/clocksource0/current_clocksource hpet &&
	put /sys/devices/system/clocksource/clocksource0/available_clocksource "tsc hpet acpi_pm" &&
	put /sys/class/power_supply/AC/type Mains &&
	put /sys/class/power_supply/AC/online 0 &&
	put /sys/class/power_supply/BAT0/type Battery &&
	put /sys/class/power_supply/BAT0/status Discharging
}

make_guest () {
	host=$PWD/guest &&
	put $cpu/present 0-1 &&
	put $cpu/online 0-1 &&
	put $cpu/smt/active 0 &&
	put $cpu/isolated "" &&
	put $cpu/nohz_full "(null)" &&
	put /proc/cpuinfo "model name	: Some CPU" "flags		: fpu hypervisor sse" &&
	put /sys/hypervisor/type kvm &&
	put /proc/stat "cpu  4000 10 1000 90000 200 0 40 4750 0 0" &&
	put /proc/loadavg "0.49 0.40 0.30 1/100 4000" &&
	memory 2048 1024 1024 1024 &&
	put /proc/self/cgroup "0::/" &&
	put /sys/fs/cgroup/cgroup.controllers "cpu memory" &&
	put /proc/self/status "Cpus_allowed_list:	0-1" &&
	put /proc/sys/kernel/randomize_va_space 2 &&
	put /proc/sys/kernel/perf_event_paranoid 2 &&
	mkdir -p "$host/sys/bus/event_source/devices/software" "$host/sys/class/power_supply" &&
	put /sys/kernel/mm/transparent_hugepage/enabled "always [madvise] never" &&
	put /sys/devices/system/clocksource/clocksource0/current_clocksource kvm-clock
}

# Half of the cores of a large machine, and of these, one and a half
make_container () {
	host=$PWD/container driver=acpi-cpufreq &&
	cores 16 schedutil 2400000 2400000 &&
	put $cpu/cpu5/cpufreq/scaling_governor ondemand &&
	put $cpu/cpufreq/boost 0 &&
	put $cpu/smt/active 0 &&
	put /proc/cpuinfo "model name	: Some CPU" "flags		: fpu sse" &&
	put /proc/stat "cpu  4000 10 1000 90000 200 0 40 0 0 0" &&
	put /proc/loadavg "1.70 1.00 1.00 1/100 4000" &&
	memory 128000 100000 0 0 &&
	put /proc/self/cgroup "0::/kubepods/pod1/c1" &&
	put /sys/fs/cgroup/cgroup.controllers "cpu memory" &&
	put /sys/fs/cgroup/kubepods/cpu.max "800000 100000" &&
	put /sys/fs/cgroup/kubepods/pod1/cpu.max "150000 100000" &&
	put /sys/fs/cgroup/kubepods/pod1/cpu.stat "usage_usec 123" "nr_periods 400" "nr_throttled 123" &&
	put /sys/fs/cgroup/kubepods/pod1/c1/cpu.max "max 100000" &&
	put /proc/self/status "Cpus_allowed_list:	0-7" &&
	put /proc/sys/kernel/randomize_va_space 1
}

# doctor <host> [<option>...]
doctor () {
	name_=$1 &&
	shift &&
	GIT_PERF_TEST_SYSROOT=$PWD/$name_ git perf doctor "$@"
}

# state_of <name>: of what was printed last, "out"
state_of () {
	sed -n "s/^$1 *\([a-z]*\)  *\(.*\)/\1 \2/p" out
}

test_expect_success LINUX 'a server that somebody has made quiet' '
	make_server &&
	doctor server >out &&
	cat >expect <<-\END &&
	governor      ok       performance
	frequency     ok       intel_pstate, 0.80 to 3.20 GHz
	turbo         ok       off
	smt           ok       off
	throttling    ok       never since boot
	power         ok       no battery
	virtualised   ok       none
	steal         ok       0.0 % since boot
	quota         ok       none
	cpus          ok       all 4
	isolated      note     2-3, without ticks: 2-3
	    these cores are kept free: a command runs there only when it is told to
	    remedy: `cpus = 2-3` in the suite
	load          ok       0.0 on 4 cores
	memory        ok       58.5 GiB of 62.5 GiB available
	swap          ok       none
	aslr          ok       off
	hugepages     ok       never
	clocksource   ok       tsc
	counters      ok       allowed (perf_event_paranoid is -1)

	nothing that was found makes this host noisy; 0 things are unknown
	END
	test_cmp expect out &&
	doctor server --exit-code >again &&
	test_cmp out again
'

# The manual shows what this one prints
test_expect_success LINUX 'a laptop on battery: as git-perf-doctor(1) shows it' '
	make_laptop &&
	doctor laptop >out &&
	awk "/^----\$/ { if (inside++) exit; next } inside" \
		"$TOP/Documentation/git-perf-doctor.adoc" >expect &&
	test_line_count -gt 30 expect &&
	test_cmp expect out
'

test_expect_success LINUX 'a guest whose time is stolen' '
	make_guest &&
	doctor guest >out &&
	cat >expect <<-\END &&
	governor      unknown  this system does not tell
	frequency     unknown  this system does not tell
	turbo         unknown  this system does not tell
	smt           ok       off
	throttling    unknown  this system does not tell
	power         ok       no battery
	virtualised   noisy    kvm
	    guests beside this one share its caches, memory and clock, and are not seen from here
	    remedy: measure on hardware of its own; else compare only what was measured side by side
	steal         noisy    4.7 % since boot
	    the hypervisor ran somebody else while this machine wanted to work
	    remedy: choose a guest with cores of its own (no burst or shared type), or other hardware
	quota         ok       none
	cpus          ok       all 2
	isolated      ok       none
	load          ok       0.4 on 2 cores
	memory        ok       1.0 GiB of 2.0 GiB available
	swap          ok       1.0 GiB, not in use
	aslr          note     full
	    every run has another memory layout, by chance a faster or a slower one
	    remedy: `aslr = off` in the suite, for the measured commands alone; not for the whole system
	hugepages     ok       madvise
	clocksource   ok       kvm-clock
	counters      note     the processor shows none
	    instructions, the quietest of all metrics, cannot be counted by the processor
	    remedy: `counter = callgrind` in the suite counts them under valgrind

	2 things make this host noisy: virtualised, steal
	END
	test_cmp expect out
'

test_expect_success LINUX 'a container with a quota, which the group above it has' '
	make_container &&
	doctor container >out &&
	cat >expect <<-\END &&
	governor      ok       without effect: one frequency is set
	frequency     ok       acpi-cpufreq, 2.40 to 2.40 GHz
	turbo         ok       off
	smt           ok       off
	throttling    ok       never since boot
	power         unknown  this system does not tell
	virtualised   ok       none
	steal         ok       0.0 % since boot
	quota         noisy    1.50 cores, used up 123 times
	    who has used up the quota of a period (mostly 100 ms) stands still for the rest of it
	    remedy: lift it: no --cpus for a container, no CPU limit for a pod, no CPUQuota= for a unit
	cpus          ok       0-7, of 16
	isolated      unknown  this system does not tell
	load          noisy    1.7 on 16 cores
	    others want the processors too: a command waits, moves to another core, finds cold caches
	    remedy: stop what is running (top shows it), or wait until it is done
	memory        ok       97.6 GiB of 125.0 GiB available
	swap          ok       none
	aslr          note     partial
	    every run has another memory layout, by chance a faster or a slower one
	    remedy: `aslr = off` in the suite, for the measured commands alone; not for the whole system
	hugepages     unknown  this system does not tell
	clocksource   unknown  this system does not tell
	counters      unknown  this system does not tell

	2 things make this host noisy: quota, load
	END
	test_cmp expect out
'

test_expect_success LINUX 'a core that differs is found' '
	host=$PWD/container &&
	put $cpu/cpu5/cpufreq/scaling_min_freq 1200000 &&
	doctor container >out &&
	test "$(state_of governor)" = "noisy ondemand on 1 of 16 cores" &&
	put $cpu/cpu9/cpufreq/energy_performance_preference power &&
	doctor container >out &&
	test "$(state_of frequency)" = "noisy acpi-cpufreq, 2.40 to 2.40 GHz, prefers power"
'

test_expect_success LINUX 'each switch of turbo has its own remedy' '
	host=$PWD/turbo &&
	put $cpu/cpu0/cpufreq/boost 1 &&
	doctor turbo >out &&
	test "$(state_of turbo)" = "noisy on" &&
	grep "^    remedy: echo 0 | sudo tee $cpu/cpu\*/cpufreq/boost$" out &&
	put $cpu/cpufreq/boost 1 &&
	doctor turbo >out &&
	grep "^    remedy: echo 0 | sudo tee $cpu/cpufreq/boost$" out &&
	put $cpu/intel_pstate/no_turbo 0 &&
	doctor turbo >out &&
	grep "^    remedy: echo 1 | sudo tee $cpu/intel_pstate/no_turbo$" out
'

test_expect_success LINUX 'control groups of version 1, and limits on the way up' '
	host=$PWD/v1 &&
	put /proc/self/cgroup "5:memory:/x" "4:cpu,cpuacct:/docker/abc" "0::/" &&
	put /sys/fs/cgroup/cpu/docker/cpu.cfs_quota_us -1 &&
	doctor v1 >out &&
	test "$(state_of quota)" = "ok none" &&
	put /sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us 50000 &&
	put /sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us 100000 &&
	put /sys/fs/cgroup/cpu/docker/abc/cpu.stat "nr_periods 3" "nr_throttled 1" &&
	doctor v1 >out &&
	test "$(state_of quota)" = "noisy 0.50 cores, used up 1 time" &&
	put /sys/fs/cgroup/cpu/cpu.cfs_quota_us 20000 &&
	put /sys/fs/cgroup/cpu/cpu.cfs_period_us 100000 &&
	doctor v1 >out &&
	test "$(state_of quota)" = "noisy 0.20 cores, used up 0 times" &&
	put /proc/self/cgroup "1:cpu:/../../etc" &&
	doctor v1 >out &&
	test "$(state_of quota)" = "noisy 0.20 cores, used up 0 times"
'

test_expect_success LINUX 'batteries: the one of a mouse does not count' '
	host=$PWD/power &&
	put /sys/class/power_supply/mouse/type Battery &&
	put /sys/class/power_supply/mouse/scope Device &&
	put /sys/class/power_supply/mouse/status Discharging &&
	doctor power >out &&
	test "$(state_of power)" = "ok no battery" &&
	put /sys/class/power_supply/BAT1/type Battery &&
	put /sys/class/power_supply/BAT1/status Charging &&
	doctor power >out &&
	test "$(state_of power)" = "ok plugged in"
'

test_expect_success LINUX 'clock sources: quick, slow, and one that nobody knows' '
	host=$PWD/clock &&
	file=/sys/devices/system/clocksource/clocksource0/current_clocksource &&
	for source in arch_sys_counter:ok acpi_pm:noisy sundial:unknown
	do
		put $file "${source%:*}" &&
		doctor clock >out &&
		test "$(state_of clocksource)" = "${source#*:} ${source%:*}" || return 1
	done
'

test_expect_success LINUX '--exit-code: 1 if the host is noisy, and only then' '
	doctor laptop >out &&
	test_expect_code 1 doctor laptop --exit-code >again &&
	test_cmp out again &&
	doctor server --exit-code --json >out &&
	test_expect_code 1 doctor guest --exit-code --json >out
'

test_expect_success JQ,LINUX '--json says the same' '
	doctor guest >out &&
	doctor guest --json >json &&
	jq -r ".findings[] | .name + (\" \" * (14 - (.name | length))) + .state +
		(\" \" * (9 - (.state | length))) +
		(.value // \"this system does not tell\"),
		(select(.effect).effect | \"    \" + .),
		(select(.remedy).remedy | \"    remedy: \" + .)" json >got &&
	sed "/^\$/,\$d" out >expect &&
	test_cmp expect got &&
	jq -e ".version == 1 and .noisy == 2" json &&
	jq -e "[.findings[] | select(.state == \"noisy\")] | length == 2" json
'

test_expect_success 'every member of the JSON and every name is in the manual' '
	awk "/^== / { inside = /OUTPUT/ } inside" "$TOP/Documentation/git-perf-doctor.adoc" >page &&
	git perf doctor --json >json &&
	grep -o "\"[a-z]*\":" json | tr -d "\":" | sort -u >members &&
	test_line_count = 8 members &&
	grep -o "\"name\":\"[a-z]*\"" json | sed "s/.*:\"\(.*\)\"/\1/" >names &&
	test_line_count = 23 names &&
	while read -r word
	do
		test_grep -F "\`$word\`" page || return 1
	done <members &&
	sed -n "s/^\`\([a-z]*\)\`::.*/\1/p" page >documented &&
	while read -r word
	do
		grep -x "$word" documented || return 1
	done <names
'

test_expect_success LINUX 'colours, and the words all the same' '
	doctor laptop --color=always >colored &&
	escape=$(printf "\033") &&
	grep "^turbo         $escape\[31mnoisy  $escape\[m  on$" colored &&
	sed "s/$escape\[[0-9]*m//g" colored >plain &&
	doctor laptop --color=never >expect &&
	test_cmp expect plain &&
	doctor laptop >out &&
	test_cmp expect out
'

test_expect_success 'nothing is known of an empty host, and that is said' '
	mkdir -p empty &&
	doctor empty >out &&
	test_line_count = 20 out &&
	test $(grep -c "^[a-z]* * unknown  this system does not tell$" out) = 18 &&
	tail -n 1 out >got &&
	echo "nothing that was found makes this host noisy; 18 things are unknown" >expect &&
	test_cmp expect got &&
	GIT_PERF_TEST_SYSROOT=$PWD/missing git perf doctor >got &&
	test_cmp out got
'

# Each file of a host in turn becomes ...
nonsense () {
	case $1 in
	nothing) : >"$2" ;;
	binary) head -c 3000 /dev/urandom >"$2" ;;
	escapes) printf '\033[31m\302\233 0 \n\n cpu 1 2' >"$2" ;;
	huge) head -c 300000 /dev/zero | tr '\0' "$(expr "$2" : '.*\(.\)' | tr -c 0-8 9)" >"$2" ;;
	negative) echo -1 >"$2" ;;
	number) echo 18446744073709551616 >"$2" ;;
	nul) printf '\0\0\0' >"$2" ;;
	missing) rm "$2" ;;
	folder) rm "$2" && mkdir "$2" ;;
	loop) rm "$2" && ln -s "${2##*/}" "$2" ;;
	pipe) rm "$2" && mkfifo "$2" ;;
	secret) rm "$2" && : >"$2" && chmod 0 "$2" ;;
	esac
}

for kind in nothing binary escapes huge negative number nul missing folder loop pipe secret
do
	test_expect_success LINUX "every file is $kind: no error, and nothing for a terminal to act upon" '
		test_when_finished "rm -rf hostile" &&
		cp -R laptop hostile &&
		find hostile -type f >files &&
		while read -r file
		do
			nonsense $kind "$file" || return 1
		done <files &&
		doctor hostile >out 2>err &&
		test_must_be_empty err &&
		no_control_characters out &&
		test $(grep -c "^[a-z]* *\(ok\|note\|noisy\|unknown\)  " out) = 18 &&
		awk "length > 230 { exit 1 }" out &&
		doctor hostile --json >json &&
		no_control_characters json &&
		case $kind in
		nothing|nul|missing|folder|loop|pipe|secret)
			sed -e "/^\$/,\$d" -e "/ unknown  /d" out >known &&
			echo "power         ok       no battery" >expect &&
			test_cmp expect known ;;
		esac
	'
done

test_expect_success LINUX 'numbers that cannot be are not believed' '
	host=$PWD/odd &&
	put $cpu/present 0-99999999 &&
	put $cpu/online 3-1 &&
	put $cpu/smt/active 7 &&
	put $cpu/isolated "0-3 and more" &&
	put $cpu/intel_pstate/no_turbo 10 &&
	put /proc/loadavg "nan 1 1" &&
	put /proc/stat "cpu  1 2 3 4 5 6 7" "cpu0 1" &&
	put /proc/self/cgroup "::" ":" "0:" "0::" "0::x" "1:cpu:" "" &&
	put /sys/fs/cgroup/cpu.max "0 0" &&
	put /proc/self/status "Cpus_allowed_list:	1-" &&
	put /proc/meminfo "MemTotal: 10 kB" "MemAvailable: 20 kB" \
		"SwapTotal: 99999999999999999999 kB" "SwapFree: 1 kB" &&
	put /proc/sys/kernel/perf_event_paranoid 2x &&
	put /sys/kernel/mm/transparent_hugepage/enabled "[always" &&
	doctor odd >out &&
	sed "/unknown/d" out >got &&
	cat >expect <<-\END &&
	quota         ok       none

	END
	echo "nothing that was found makes this host noisy; 17 things are unknown" >last &&
	tail -n 1 out >got_last &&
	test_cmp last got_last &&
	test_cmp expect got
'

test_expect_success 'this host: what is measured is measured' '
	test_must_fail git rev-parse --git-dir &&
	git perf doctor >out 2>err &&
	test_must_be_empty err &&
	grep "^timer  *[a-z]*  *steps of [0-9]* ns, mostly [0-9]* ns; [0-9]* ns a call$" out &&
	grep "^spin  *[a-z]*  *[0-9]*\.[0-9][0-9] % spread; [0-9]*\.[0-9] % from fastest to slowest$" out &&
	grep "^overhead  *ok  *[0-9]*\.[0-9] us an iteration$" out
'

test_expect_success LINUX 'this host: who else is at work' '
	cp "$(command -v perl)" "busy body" &&
	{ "./busy body" -e "1 while 1" & } &&
	pid=$! &&
	test_when_finished "kill $pid" &&
	# where many others are busy, too, it may not be among the first three
	for try in 1 2 3 4 5 6 7 8 9 10
	do
		git perf doctor >out &&
		grep "^neighbours  *noisy  *[0-9]* % of a core: .*busy body [0-9]* %" out &&
		break
	done
'

test_expect_success 'this host: without a program to measure, the cost of an iteration is unknown' '
	real=$(command -v git-perf) &&
	mkdir -p none &&
	PATH=$PWD/none "$real" doctor >out &&
	grep "^overhead  *unknown " out
'

test_expect_success 'wrong usage' '
	for args in extra --nope --color=pink
	do
		test_expect_code 129 git perf doctor $args 2>err &&
		test_grep "^error: " err || return 1
	done
'

test_done
