/*
 * helper.h - subcommands of test-gitperf that have files of their own
 */
#ifndef HELPER_H
#define HELPER_H

/** config <file>: its entries, as "git config --list -z" prints them. */
int cmd_config(int argc, const char **argv);

/** suite <file>: what was understood. */
int cmd_suite(int argc, const char **argv);

/** words <command> [<key>=<value>...]: what would be run, a word a line. */
int cmd_words(int argc, const char **argv);

/** writer <platform> <worker> <count>: append records one at a time, from one process. */
int cmd_writer(int argc, const char **argv);

#endif
