/*
 * Runs a program and everything that it starts, and counts the system calls that change something below a directory.
 *
 *     tracer DIRECTORY REPORT WHAT PLACE PROGRAM [ARGUMENT ...]
 *
 * At the call of that PLACE, from 1, WHAT happens: "count" nothing; "kill" all processes are killed before it; "error=N" it fails with
 * the error number N; "torn" of a write only the first half is written, and the one after it fails with ENOSPC; "full" from it on every
 * call that needs room fails with ENOSPC; "readonly" from it on every call fails with EROFS. REPORT gets the number of calls and the
 * names of them, a line each. The exit status is that of PROGRAM, or 137.
 *
 * Linux on x86_64. seccomp(2) stops the calls in question alone, so that all others run at full speed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum kind { DESCRIPTOR, PATH, PATH_AT, OPEN, OPEN_AT };

static const struct call {
	long number;
	const char *name;
	enum kind kind;
	/* The argument that is the path, or the descriptor. */
	int place;
	/* Whether it may need room on the disk. */
	int room;
} calls[] = {
	{ SYS_write, "write", DESCRIPTOR, 0, 1 },
	{ SYS_pwrite64, "pwrite", DESCRIPTOR, 0, 1 },
	{ SYS_writev, "writev", DESCRIPTOR, 0, 1 },
	{ SYS_ftruncate, "ftruncate", DESCRIPTOR, 0, 0 },
	{ SYS_fsync, "fsync", DESCRIPTOR, 0, 1 },
	{ SYS_fdatasync, "fdatasync", DESCRIPTOR, 0, 1 },
	{ SYS_syncfs, "syncfs", DESCRIPTOR, 0, 1 },
	{ SYS_fchmod, "fchmod", DESCRIPTOR, 0, 0 },
	{ SYS_fchown, "fchown", DESCRIPTOR, 0, 0 },
	{ SYS_open, "open", OPEN, 0, 1 },
	{ SYS_openat, "openat", OPEN_AT, 1, 1 },
	{ SYS_truncate, "truncate", PATH, 0, 0 },
	{ SYS_chmod, "chmod", PATH, 0, 0 },
	{ SYS_fchmodat, "fchmodat", PATH_AT, 1, 0 },
	{ SYS_mkdir, "mkdir", PATH, 0, 1 },
	{ SYS_mkdirat, "mkdirat", PATH_AT, 1, 1 },
	{ SYS_rmdir, "rmdir", PATH, 0, 0 },
	{ SYS_unlink, "unlink", PATH, 0, 0 },
	{ SYS_unlinkat, "unlinkat", PATH_AT, 1, 0 },
	{ SYS_rename, "rename", PATH, 1, 1 },
	{ SYS_renameat, "renameat", PATH_AT, 3, 1 },
	{ SYS_renameat2, "renameat2", PATH_AT, 3, 1 },
	{ SYS_link, "link", PATH, 1, 1 },
	{ SYS_linkat, "linkat", PATH_AT, 3, 1 },
	{ SYS_symlink, "symlink", PATH, 1, 1 },
	{ SYS_symlinkat, "symlinkat", PATH_AT, 2, 1 },
};
#define CALLS (sizeof (calls) / sizeof (calls[0]))

static const char *top;

static void
fail(const char *what)
{
	perror(what);
	exit(125);
}

/* The child: stops, is filtered, becomes the program. */
static void
become(char **argv)
{
	struct sock_filter filter[CALLS + 3];
	struct sock_fprog program = { CALLS + 3, filter };
	size_t i;

	filter[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (i = 0; i < CALLS; i++)
		filter[i + 1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, CALLS - i, 0);
	filter[CALLS + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	filter[CALLS + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	if (ptrace(PTRACE_TRACEME, 0, 0, 0) == -1 || raise(SIGSTOP) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1)
		fail("tracer: filter");
	execv(argv[0], argv);
	fail(argv[0]);
}

static const struct call *
call_of(long number)
{
	size_t i;

	for (i = 0; i < CALLS; i++) {
		if (calls[i].number == number)
			return (&calls[i]);
	}
	return (NULL);
}

static unsigned long long
argument(const struct user_regs_struct *regs, int place)
{
	const unsigned long long all[] = { regs->rdi, regs->rsi, regs->rdx, regs->r10, regs->r8, regs->r9 };

	return (all[place]);
}

static int
is_below(const char *path)
{
	size_t length = strlen(top);

	return (strncmp(path, top, length) == 0 && (path[length] == '/' || path[length] == '\0'));
}

static int
link_is_below(pid_t pid, const char *what)
{
	char name[64], target[PATH_MAX];
	ssize_t length;

	(void) snprintf(name, sizeof (name), "/proc/%d/%s", pid, what);
	if ((length = readlink(name, target, sizeof (target) - 1)) < 0)
		return (0);
	target[length] = '\0';
	return (is_below(target));
}

static int
descriptor_is_below(pid_t pid, int descriptor)
{
	char what[32];

	if (descriptor == AT_FDCWD)
		return (link_is_below(pid, "cwd"));
	(void) snprintf(what, sizeof (what), "fd/%d", descriptor);
	return (link_is_below(pid, what));
}

static int
path_is_below(pid_t pid, unsigned long long address, int directory)
{
	char path[PATH_MAX];
	size_t length = 0;

	/* Not across pages that may not be there: a word at a time. */
	while (length + sizeof (long) <= sizeof (path)) {
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, pid, address + length, 0);
		if (errno != 0)
			return (0);
		memcpy(path + length, &word, sizeof (word));
		if (memchr(&word, 0, sizeof (word)) != NULL)
			return (path[0] == '/' ? is_below(path) : descriptor_is_below(pid, directory));
		length += sizeof (word);
	}
	return (0);
}

/* Whether the call changes something below the directory. */
static int
concerns(pid_t pid, const struct call *call, const struct user_regs_struct *regs)
{
	unsigned long long first = argument(regs, call->place);
	int directory = AT_FDCWD;

	switch (call->kind) {
	case DESCRIPTOR:
		return (descriptor_is_below(pid, (int)first));
	case OPEN:
		if ((argument(regs, 1) & (O_CREAT | O_TRUNC)) == 0)
			return (0);
		break;
	case OPEN_AT:
		if ((argument(regs, 2) & (O_CREAT | O_TRUNC)) == 0)
			return (0);
		/* FALLTHROUGH */
	case PATH_AT:
		directory = (int)argument(regs, call->place - 1);
		break;
	case PATH:
		break;
	}
	return (path_is_below(pid, first, directory));
}

static void
refuse(pid_t pid, struct user_regs_struct *regs, int error)
{
	regs->orig_rax = (unsigned long long)-1;
	regs->rax = (unsigned long long)-(long long)error;
	(void) ptrace(PTRACE_SETREGS, pid, 0, regs);
}

int
main(int argc, char **argv)
{
	const char *what;
	long place, count = 0;
	int torn = 0, status, result = 125;
	FILE *report;
	pid_t child, pid;

	if (argc < 6)
		return (125);
	top = argv[1];
	what = argv[3];
	place = atol(argv[4]);
	if ((report = fopen(argv[2], "we")) == NULL)
		fail(argv[2]);
	if ((child = fork()) == 0)
		become(argv + 5);
	if (child == -1 || waitpid(child, &status, 0) != child)
		fail("tracer: fork");
	if (ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
	    PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL) == -1)
		fail("tracer: options");
	(void) ptrace(PTRACE_CONT, child, 0, 0);

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		struct user_regs_struct regs;
		const struct call *call;
		int deliver = 0;

		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (pid == child)
				result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
			continue;
		}
		if (!WIFSTOPPED(status))
			continue;
		if (status >> 8 != (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8))) {
			/* A signal is handed on; that a process began or became a program is only noted. */
			if (status >> 16 == 0 && WSTOPSIG(status) != SIGSTOP)
				deliver = WSTOPSIG(status);
			(void) ptrace(PTRACE_CONT, pid, 0, deliver);
			continue;
		}
		if (ptrace(PTRACE_GETREGS, pid, 0, &regs) == -1)
			continue;
		call = call_of((long)regs.orig_rax);
		if (call != NULL && concerns(pid, call, &regs)) {
			count++;
			(void) fprintf(report, "%s\n", call->name);
			if (count == place && strcmp(what, "kill") == 0) {
				(void) fclose(report);
				/* PTRACE_O_EXITKILL: all of them go with this process. */
				return (137);
			}
			if (count == place && strncmp(what, "error=", 6) == 0)
				refuse(pid, &regs, atoi(what + 6));
			else if (count >= place && strcmp(what, "full") == 0 && call->room)
				refuse(pid, &regs, ENOSPC);
			else if (count >= place && strcmp(what, "readonly") == 0)
				refuse(pid, &regs, EROFS);
			else if (torn == 1 && call->number == SYS_write) {
				torn = 2;
				refuse(pid, &regs, ENOSPC);
			} else if (count >= place && torn == 0 && strcmp(what, "torn") == 0 &&
			    call->number == SYS_write && regs.rdx > 1) {
				torn = 1;
				regs.rdx /= 2;
				(void) ptrace(PTRACE_SETREGS, pid, 0, &regs);
			}
		}
		(void) ptrace(PTRACE_CONT, pid, 0, 0);
	}
	(void) fclose(report);
	return (result);
}
