/*
 * helper.h - subcommands of test-gitperf that have files of their own
 */
#ifndef HELPER_H
#define HELPER_H

/** config <file>: its entries, as "git config --list -z" prints them. */
int cmd_config(int argc, const char **argv);

/** forget <name>: remove a work tree that sessions have kept. */
int cmd_forget(int argc, const char **argv);

/** policy <file>: what its [policy] and [platform] sections say. */
int cmd_policy(int argc, const char **argv);

/** poll <remote> [<times>]: whether its queue or perf branch has moved. */
int cmd_poll(int argc, const char **argv);

/** trunk [-r <remote>] [<ref>]: which branch, where, and its policy. */
int cmd_trunk(int argc, const char **argv);

/**
 * decide <platform> <head> [<key>=<value>...]: print the path of a decision and its
 * bytes, or, with --queue, add it to the queue.
 */
int cmd_decide(int argc, const char **argv);

/** enqueue <platform> <commit> [<worker>]: a job in the queue. */
int cmd_enqueue(int argc, const char **argv);

/**
 * session [<option>=<value>...]: run a session and print its pulses. One of the
 * step "stop" stops it; the record becomes the file "out".
 */
int cmd_session(int argc, const char **argv);

/** suite <file>: what was understood. */
int cmd_suite(int argc, const char **argv);

/** words <command> [<key>=<value>...]: what would be run, a word a line. */
int cmd_words(int argc, const char **argv);

/** writer <platform> <worker> <count>: append records one at a time, from one process. */
int cmd_writer(int argc, const char **argv);

#endif
