/*
 * helper.h - subcommands of test-gitperf that have files of their own
 */
#ifndef HELPER_H
#define HELPER_H

/** writer <platform> <worker> <count>: append records one at a time, from one process. */
int cmd_writer(int argc, const char **argv);

#endif
